package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.HttpStatus;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That a body is taken as it was sent, or refused. */
final class BodiesTest {
    private static final String URI = "http://localhost:7071/api/orchestrators/Job/x";

    /** A body as the host and the worker hand it over. */
    private static FakeRequest arrived(String type, String sent, Charset in, Charset ofBytes) {
        byte[] bytes = sent.getBytes(in);
        boolean isBytes = type.startsWith("application/octet-stream") || type.startsWith("multipart");
        String text = new String(bytes, isBytes ? ofBytes : StandardCharsets.UTF_8);
        return new FakeRequest(URI, text)
                .header("content-type", type)
                .header("content-length", Integer.toString(bytes.length));
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,                        \"Zürich\",  UTF-8,        UTF-8, taken",
        "application/json; charset=utf-8,         \"Zürich\",  UTF-8,        UTF-8, taken",
        "application/json; charset=\"UTF8\",      \"Zürich\",  UTF-8,        UTF-8, taken",
        "application/json; charset=iso-8859-1,    \"Zurich\",  ISO-8859-1,   UTF-8, taken",
        "application/json; charset=iso-8859-1,    \"Zürich\",  ISO-8859-1,   UTF-8, 415",
        "application/json;Charset=windows-1252,   \"Zürich\",  windows-1252, UTF-8, 415",
        "text/plain,                              \"Zürich\",  ISO-8859-1,   UTF-8, 400",
        "application/json,                        \"\ufffd\",  UTF-8,        UTF-8, taken",
        "application/octet-stream,                \"Zürich\",  UTF-8,        UTF-8, taken",
        "application/octet-stream,                \"Zürich\",  UTF-8,        US-ASCII, 415",
        "application/octet-stream,                \"Zürich\",  UTF-8,        windows-1252, 415",
        "application/octet-stream,                \"Zurich\",  UTF-8,        US-ASCII, taken",
        "multipart/form-data; boundary=x,         \"Zürich\",  UTF-8,        US-ASCII, 415",
        "multipart/form-data; boundary=x,         \"Zürich\",  ISO-8859-1,   UTF-8, 400"
    })
    void bodyIsTakenAsItWasSentOrRefused(String type, String sent, Charset in, Charset ofBytes, String outcome) {
        FakeRequest request = arrived(type, sent, in, ofBytes);
        if (outcome.equals("taken")) {
            assertThat(Bodies.json(request, 100, ofBytes)).isEqualTo(sent);
        } else {
            assertThatThrownBy(() -> Bodies.json(request, 100, ofBytes))
                    .isInstanceOfSatisfying(BadRequestException.class, refused -> assertThat(refused.status())
                            .isEqualTo(HttpStatus.valueOf(Integer.parseInt(outcome))))
                    .hasMessageContaining("UTF-8");
        }
    }

    /** The host follows the mark, and takes it away. */
    @Test
    void bodyInUtf16IsTakenIfItSaysSo() {
        FakeRequest request = new FakeRequest(URI, "\"é\ufffd\"")
                .header("content-type", "application/json; charset=utf-16")
                .header("content-length", "10");
        assertThat(Bodies.json(request, 100)).isEqualTo("\"é\ufffd\"");
    }

    @Test
    void bodyThatIsCompressedIsRefusedForThat() {
        FakeRequest request = new FakeRequest(URI, "\ufffd\ufffd").header("content-encoding", "gzip");
        assertThatThrownBy(() -> Bodies.json(request, 100))
                .isInstanceOfSatisfying(BadRequestException.class, refused -> assertThat(refused.status())
                        .isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE))
                .hasMessageContaining("Content-Encoding");
    }

    @Test
    void validJsonBeyondALimitIsRefusedAsTooLarge() {
        String deep = "[".repeat(1_001) + "]".repeat(1_001);
        assertThatThrownBy(() -> Bodies.json(new FakeRequest(URI, deep), 10_000))
                .hasMessageStartingWith("The body is larger than the app takes: ")
                .hasMessageContaining("1000");
    }

    @Test
    void bodiesAtOnceAreBoundedAndTheNextCallerIsAskedToRetry() {
        RequestLimits limits = new RequestLimits(2_000_000, 1, Duration.ofMinutes(10));
        FakeRequest large = new FakeRequest(URI, "\"" + "x".repeat(1_500_000) + "\"");
        FakeRequest small = new FakeRequest(URI, "1");
        String done = limits.withBody(large, first -> {
            assertThatThrownBy(() -> limits.withBody(large, Objects::requireNonNull))
                    .isInstanceOf(TooBusyException.class)
                    .hasMessageContaining("Nothing was started or changed");
            return limits.withBody(small, second -> "small beside large");
        });
        assertThat(done).isEqualTo("small beside large");
        String again = limits.withBody(large, Objects::requireNonNull);
        assertThat(again).hasSize(1_500_002);
    }
}
