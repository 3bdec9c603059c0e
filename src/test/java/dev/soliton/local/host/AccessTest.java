package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.http.RawRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a host answers that listens on one's own machine. */
final class AccessTest {

    private static final Access OPEN = new Access(Optional.empty(), false);
    private static final Access LOCKED = new Access(Access.Keys.parse("master, function"), false);

    @ParameterizedTest
    @CsvSource({
        "Host, evil.example, 421",
        "Host, evil.example:7071, 421",
        "Host, localhost.evil.example, 421",
        "Host, localhost., 421",
        "Origin, https://evil.example, 403",
        "Origin, http://localhost.evil.example, 403",
        "Origin, http://localhost@evil.example, 403",
        "Origin, null, 403",
        "Sec-Fetch-Site, cross-site, 403",
    })
    void aPageOfAnotherSiteIsRefusedUnlessThatIsAllowed(String name, String value, int status) {
        Access.Refusal refusal = OPEN.refusal(request("", name, value)).orElseThrow();
        assertThat(refusal.reply().status()).isEqualTo(status);
        assertThat(new String(refusal.reply().body(), StandardCharsets.UTF_8))
                .isEqualTo(refusal.reason())
                .contains(name.startsWith("Sec") ? "another site" : name + " '" + value + "'")
                .contains("-Dsoliton.foreign-callers=true");
        assertThat(new Access(Optional.empty(), true).refusal(request("", name, value)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Host, localhost:7071",
        "Host, LOCALHOST",
        "Host, 127.0.0.1:7071",
        "Host, [::1]:7071",
        "Origin, http://localhost:3000",
        "Sec-Fetch-Site, same-origin",
        "X-Any, evil.example",
    })
    void whatComesFromThisMachineIsAnswered(String name, String value) {
        assertThat(OPEN.refusal(request("", name, value))).isEmpty();
    }

    @Test
    void whatAStrangerHasSentIsShownInOneLine() {
        String reason = OPEN.refusal(request("", "Origin", "http://evil\n\u001b[2J" + "a".repeat(5_000)))
                .orElseThrow()
                .reason();

        assertThat(reason).doesNotContainPattern("\\p{Cntrl}").hasSizeLessThan(300);
    }

    @Test
    void nobodyIsAskedForAKeyUnlessKeysAreGiven() {
        assertThat(OPEN.mayCall("ADMIN", request("", "X", ""))).isTrue();
        assertThat(LOCKED.mayCall("ANONYMOUS", request("", "X", ""))).isTrue();
        assertThat(LOCKED.mayCall("FUNCTION", request("", "X", ""))).isFalse();
    }

    @Test
    void theHeadersKeyWinsOverTheQuerys() {
        assertThat(LOCKED.mayCall("FUNCTION", request("?a=1&code=function", "X", "")))
                .isTrue();
        assertThat(LOCKED.mayCall("FUNCTION", request("?CODE=%66unction", "X", "")))
                .isTrue();
        assertThat(LOCKED.mayCall("FUNCTION", request("?%63ode=function", "X", "")))
                .isTrue();
        assertThat(LOCKED.mayCall("FUNCTION", request("?code=Function", "X", "")))
                .isFalse();
        assertThat(LOCKED.mayCall("FUNCTION", request("?code=function", "x-functions-key", "")))
                .isFalse();
        assertThat(LOCKED.mayCall("FUNCTION", request("?code=function", "x-functions-key", "wrong")))
                .isFalse();
        assertThat(LOCKED.mayCall("FUNCTION", request("", "X-Functions-Key", "master")))
                .isTrue();
    }

    @Test
    void ofSeveralKeysTheFirstCounts() {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("x-functions-key", List.of("function", "wrong"));
        assertThat(LOCKED.mayCall("FUNCTION", new RawRequest("GET", "/", "", headers, new byte[0])))
                .isTrue();
        assertThat(LOCKED.mayCall("FUNCTION", request("?code=wrong&code=function", "X", "")))
                .isFalse();
    }

    @Test
    void onlyTheMasterKeyOpensWhatIsTheAdministrators() {
        assertThat(LOCKED.mayCall("ADMIN", request("?code=function", "X", ""))).isFalse();
        assertThat(LOCKED.isAdmin(request("?code=master", "X", ""))).isTrue();
    }

    private static RawRequest request(String query, String name, String value) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put(name, List.of(value));
        return new RawRequest("GET", "/", query, headers, new byte[0]);
    }
}
