package dev.soliton.local.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths as the host reads them, and as it writes them again for Java. */
final class UriPathTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/a%2Fb%2fc /a%2Fb%2fc /a%2Fb%2fc",
                "/%E6%9D%B1 /\u6771 /%E6%9D%B1",
                "/%e6%9d /%e6%9d /%e6%9d",
                "/%F0%9F%98%80 /\ud83d\ude00 /%F0%9F%98%80",
                "/%F5%80%80%80 /%F5%80%80%80 /%F5%80%80%80",
                "/%F0%9FA%41 /%F0%9FAA /%F0%9FAA",
                "/%E0%80%80 /%E0%80%80 /%E0%80%80",
                "/%2541 /%41 /%41",
                "/100%25 /100% /100%25",
                "/%2e%2E/a /a /a",
                "/a/b/../../c /c /c",
                "/../a /a /a",
                "/a/. /a/ /a/",
                "/a/b/.. /a/ /a/",
                "/a/.b/..c/... /a/.b/..c/... /a/.b/..c/...",
                "/a//../b /a/b /a/b",
                "/%7Euser:@;=!$&'()*+, /~user:@;=!$&'()*+, /~user:@;=!$&'()*+,",
                "/%7C%5B%60 /|[` /%7C%5B%60",
            },
            quoteCharacter = '\0')
    void aPathIsDecodedAndEscapedAgain(String raw, String decoded, String escaped) throws RequestRefused {
        assertThat(UriPath.decode(raw)).isEqualTo(decoded);
        assertThat(UriPath.escape(decoded)).isEqualTo(escaped);
    }

    @Test
    void anEscapedNulIsRefusedInAPathAndTakenInAQuery() {
        assertThatThrownBy(() -> UriPath.decode("/a%00")).isInstanceOf(RequestRefused.class);
        assertThat(UriPath.decodeQuery("a%00+%2F%zz%FF")).isEqualTo("a\0 /%zz%FF");
    }
}
