package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class WorkMessageJsonTest {
    private static final Instant DUE = Instant.parse("2026-11-22T20:00:00.123456789Z");
    private static final String ETAG = "W/\"datetime'2026-11-22T20%3A00%3A00.1234567Z'\"";

    @Test
    void writesWhatIsDocumented() {
        WorkMessage message = WorkMessage.start("a", "e", new WorkMessage.Base(ETAG))
                .again()
                .afterFailures()
                .afterFailure();
        assertThat(WorkMessageJson.write(message))
                .isEqualTo("{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"start\","
                        + "\"base\":{\"etag\":\"W/\\\"datetime'2026-11-22T20%3A00%3A00.1234567Z'\\\"\"},"
                        + "\"attempt\":1,\"givenUp\":1,\"failures\":1}");
    }

    @Test
    void writesWhatIsDocumentedOfATimer() {
        WorkMessage message =
                WorkMessage.timer("a", "e", Instant.parse("2026-11-22T20:00:00.123456Z"), new WorkMessage.Base("x"));
        assertThat(WorkMessageJson.write(message))
                .isEqualTo("{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"timer\","
                        + "\"due\":\"2026-11-22T20:00:00.123456Z\",\"base\":{\"etag\":\"x\"}}");
    }

    @Test
    void leavesOutWhatIsNotThere() {
        WorkMessage message = new WorkMessage("a", "e", WorkMessage.Reason.START, null, null, 0, 0);
        assertThat(WorkMessageJson.write(message))
                .isEqualTo("{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"start\"}");
        assertThat(WorkMessageJson.write(WorkMessage.wake("a", "e", null)))
                .isEqualTo("{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"wake\"}");
    }

    static Stream<WorkMessage> messages() {
        return Stream.of("order-1", "'", "<&>]]>", "ä", "日本", "😀", " a ", "\"", "%20", "\uFFFE", "😀".repeat(128))
                .flatMap(id -> Stream.of(
                        new WorkMessage(id, "e", WorkMessage.Reason.START, null, null, 0, 0),
                        new WorkMessage(
                                id, "e", WorkMessage.Reason.START, null, null, Integer.MAX_VALUE, Integer.MAX_VALUE),
                        WorkMessage.start(id, "e", WorkMessage.Base.NO_ROW),
                        WorkMessage.start(id, "e", new WorkMessage.Base(ETAG)),
                        WorkMessage.wake(id, "e", null),
                        WorkMessage.wake(id, "e", new WorkMessage.Base(ETAG)).again(),
                        WorkMessage.timer(id, "e", Instant.EPOCH, null).again(),
                        WorkMessage.timer(id, "e", DUE, new WorkMessage.Base(ETAG)),
                        WorkMessage.timer(id, "e", Instant.MAX, null),
                        WorkMessage.timer(id, "e", Instant.MIN, null)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void readsWhatItWrote(WorkMessage message) {
        String text = WorkMessageJson.write(message);
        assertThat(text.chars()).allMatch(character -> character >= ' ' && character < 127);
        assertThat(WorkMessageJson.parse(text)).isEqualTo(message);
    }

    @Test
    void ignoresPropertiesOfANewerVersion() {
        String text = "{\"version\":2,\"instanceId\":\"a\",\"more\":{\"x\":[1]},\"executionId\":\"e\","
                + "\"reason\":\"start\",\"base\":{\"etag\":\"\",\"also\":true}}";
        assertThat(WorkMessageJson.parse(text)).isEqualTo(WorkMessage.start("a", "e", WorkMessage.Base.NO_ROW));
    }

    @Test
    void readsANullBaseAsNone() {
        String text = "{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"start\",\"base\":null}";
        assertThat(WorkMessageJson.parse(text).base()).isNull();
    }

    @Test
    void ignoresATimeThatIsNotOfATimer() {
        String text = "{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"wake\",\"due\":\"soon\"}";
        assertThat(WorkMessageJson.parse(text)).isEqualTo(WorkMessage.wake("a", "e", null));
    }

    static List<Arguments> malformed() {
        return List.of(
                Arguments.of("", "not a JSON object"),
                Arguments.of("   ", "not a JSON object"),
                Arguments.of("null", "not a JSON object"),
                Arguments.of("[]", "not a JSON object"),
                Arguments.of("\"text\"", "not a JSON object"),
                Arguments.of("eyJpbnN0YW5jZUlkIjoiYSJ9", "not JSON"),
                Arguments.of("{\"instanceId\":\"a\"", "not JSON"),
                Arguments.of(valid() + "{}", "not JSON"),
                Arguments.of("[".repeat(60_000), "not JSON"),
                Arguments.of("{\"a\":".repeat(12_000), "not JSON"),
                Arguments.of("x".repeat(64 * 1024), "not JSON"),
                Arguments.of("{\"attempt\":" + "9".repeat(60_000) + "}", "not JSON"),
                Arguments.of("{}", "instanceId is missing"),
                Arguments.of(valid().replace("\"a\"", "7"), "instanceId is not a string"),
                Arguments.of(valid().replace("\"a\"", "null"), "instanceId is not a string"),
                Arguments.of(valid().replace("\"a\"", "\"\""), "instanceId cannot be one"),
                Arguments.of(valid().replace("\"a\"", "\"a/b\""), "instanceId cannot be one"),
                Arguments.of(valid().replace("\"a\"", "\"\\u0000\""), "instanceId cannot be one"),
                Arguments.of(valid().replace("\"a\"", "\"\\ud83d\""), "instanceId cannot be one"),
                Arguments.of(valid().replace("\"a\"", '"' + "a".repeat(257) + '"'), "instanceId cannot be one"),
                Arguments.of(valid().replace("executionId", "other"), "executionId is missing"),
                Arguments.of(valid().replace("\"e\"", "{}"), "executionId is not a string"),
                Arguments.of(valid().replace("\"e\"", "\"\""), "executionId has 1 to"),
                Arguments.of(valid().replace("\"e\"", '"' + "e".repeat(257) + '"'), "executionId has 1 to"),
                Arguments.of(valid().replace("\"start\"", "7"), "reason is not a string"),
                Arguments.of(valid().replace("\"reason\"", "\"why\""), "reason is missing"),
                Arguments.of(valid().replace("\"e\"", "\"a/b\""), "executionId has characters that none has"),
                Arguments.of(valid().replace("\"e\"", "\"a\\u0007\""), "executionId has characters that none has"),
                Arguments.of(timer(""), "due is missing"),
                Arguments.of(timer(",\"due\":null"), "due is not a string"),
                Arguments.of(timer(",\"due\":1790000000"), "due is not a string"),
                Arguments.of(timer(",\"due\":\"\""), "due is not a time"),
                Arguments.of(timer(",\"due\":\"2026-11-22\""), "due is not a time"),
                Arguments.of(timer(",\"due\":\"2026-11-22T20:00:00\""), "due is not a time"),
                Arguments.of(timer(",\"due\":\"+1000000001-01-01T00:00:00Z\""), "due is not a time"),
                Arguments.of(valid().replace("{\"etag\":\"x\"}", "\"x\""), "base is not an object"),
                Arguments.of(valid().replace("{\"etag\":\"x\"}", "[]"), "base is not an object"),
                Arguments.of(valid().replace("{\"etag\":\"x\"}", "{}"), "etag is missing"),
                Arguments.of(valid().replace("\"etag\":\"x\"", "\"etag\":1"), "etag is not a string"),
                Arguments.of(valid().replace(":3", ":\"3\""), "attempt is not a number"),
                Arguments.of(valid().replace(":3", ":-1"), "attempt is not a number"),
                Arguments.of(valid().replace(":3", ":1.5"), "attempt is not a number"),
                Arguments.of(valid().replace(":3", ":2147483648"), "attempt is not a number"),
                Arguments.of(valid().replace(":3", ":null"), "attempt is not a number"));
    }

    private static String valid() {
        return "{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"start\",\"base\":{\"etag\":\"x\"},"
                + "\"attempt\":3}";
    }

    private static String timer(String due) {
        return "{\"instanceId\":\"a\",\"executionId\":\"e\",\"reason\":\"timer\"" + due + "}";
    }

    @Test
    void theTextThatTheMalformedOnesAreMadeOfIsNot() {
        assertThat(WorkMessageJson.parse(timer(",\"due\":\"" + DUE + "\"")).due())
                .isEqualTo(DUE);
        assertThat(WorkMessageJson.parse(valid()).attempt()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void saysWhatIsWrongWithAMalformedText(String text, String problem) {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> WorkMessageJson.parse(text))
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
    }

    @Test
    void showsHowTheTextBeginsOnOneLine() {
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> WorkMessageJson.parse("{\n\t\"instanceId\": 5}\u0007" + "z".repeat(1_000)))
                .withMessageContaining("{  \"instanceId\": 5} zzz")
                .withMessageEndingWith("z…");
    }
}
