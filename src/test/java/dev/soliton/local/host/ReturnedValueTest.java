package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.HttpStatusType;
import dev.soliton.local.http.HttpReply;
import dev.soliton.local.http.RawRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a caller is answered where a function returns something of its own. */
final class ReturnedValueTest {

    /** An object that only Gson can read. */
    private record Point(int x, @Nullable String name) {}

    @Test
    void everyKindOfValueIsAnswered() throws IOException {
        assertThat(reply(null).status()).isEqualTo(204);
        assertThat(text(true)).isEqualTo("True");
        assertThat(text(42)).isEqualTo("42");
        assertThat(text(0.5f)).isEqualTo("0.5");
        assertThat(text(1.0)).isEqualTo("1");
        assertThat(text(1e20)).isEqualTo("1E+20");
        assertThat(text(new BigDecimal("1.50"))).isEqualTo("1.5");
        assertThat(text('c')).isEqualTo("c");
        assertThat(text(List.of())).isEqualTo("[]");
        assertThat(text(Arrays.asList("x", null, 1.0))).isEqualTo("[\n  \"x\",\n  null,\n  1.0\n]");
        assertThat(text(new Point(1, null))).isEqualTo("{\n  \"x\": 1\n}");
        assertThat(text("h\u00e9".getBytes(StandardCharsets.UTF_8))).isEqualTo("h\u00e9");
        assertThat(reply(new byte[] {1}).header("Content-Type")).isNull();
        assertThat(reply("x").header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "5 | 5",
                "1.50 | 1.5",
                "true | True",
                "0123 | 83",
                "007 | 7",
                "-012 | -12",
                "089 | 089",
                "01.5 | 01.5",
                "0.5 | 0.5",
                "0x1F | 31",
                "+5 | +5",
                "undefined | ",
                "{'a':'it\\'s'} | {\\n  \"a\": \"it's\"\\n}",
                "{\"a\":\"C:\\Users\"} | {\"a\":\"C:\\Users\"}",
                "null | ",
                "\"a\" | a",
                "'a' | a",
                "5 6 | 5 6",
                "{\"a\" | {\"a\"",
                "\"2021-06-21T00:00:00Z\" | 06/21/2021 00:00:00",
                "{a:'<\u00e9>'} | {\\n  \"a\": \"<\u00e9>\"\\n}",
            })
    void textThatIsJsonIsWrittenAnew(String returned, @Nullable String expected) throws IOException {
        assertThat(text(returned)).isEqualTo(expected == null ? "" : expected.replace("\\n", "\n"));
    }

    @Test
    void anObjectWithABodyIsAResponse() throws IOException {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("Body", Map.of("a", 1.0));
        response.put("statusCode", "202");
        response.put("headers", Map.of("X-A", true, "content-type", "application/json"));
        HttpReply reply = reply(response);

        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.header("x-a")).isEqualTo("True");
        assertThat(reply.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(reply.body()).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":1.0}");
        assertThat(reply(Map.of("status", 202)).status()).isEqualTo(200);
    }

    @Test
    void headersThatCannotBeSentFail() {
        assertThatThrownBy(() -> reply(answer("X A", "b"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reply(answer("X-A", "\u00fc"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reply(answer("Content-Length", "x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reply(answer("Content-Type", "a\nb"))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "iso-8859-1, text/html, text/html; charset=utf-8",
        "'utf-8;q=0.5, utf-16', text/html, text/html; charset=utf-16",
        "utf-16;q=0, text/html, text/html; charset=utf-8",
        "'', text/html;charset=UTF-8, text/html;charset=UTF-8",
        "'', text/html;charset=utf-16, text/html;charset=utf-16",
    })
    void aCharsetIsTheCallersElseTheTypesElseUtf8(String accepted, String type, String expected) throws IOException {
        HttpReply reply = new ReturnedValue(request(Map.of("Accept-Charset", List.of(accepted))))
                .reply(answer("Content-Type", type));
        Charset charset = expected.endsWith("16") ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;

        assertThat(reply.header("Content-Type")).isEqualTo(expected);
        assertThat(reply.body()).isEqualTo("h\u00e9".getBytes(charset));
    }

    private static HttpAnswer answer(String name, String value) {
        return new HttpAnswer()
                .status(HttpStatusType.custom(200))
                .header(name, value)
                .body("h\u00e9");
    }

    private static String text(Object returned) throws IOException {
        return new String(reply(returned).body(), StandardCharsets.UTF_8);
    }

    private static HttpReply reply(@Nullable Object returned) throws IOException {
        return new ReturnedValue(request(Map.of())).reply(returned);
    }

    private static RawRequest request(Map<String, List<String>> headers) {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        return new RawRequest("GET", "/", "", all, new byte[0]);
    }
}
