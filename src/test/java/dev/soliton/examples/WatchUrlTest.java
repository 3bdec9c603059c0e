package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.orchestration.Registry;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WatchUrlTest {
    private static final FetchUrl.Result FINE = new FetchUrl.Result(200, 12, "aa", null);
    private static final FetchUrl.Result OTHER = new FetchUrl.Result(200, 13, "bb", null);
    private static final FetchUrl.Result BROKEN = new FetchUrl.Result(503, 7, "cc", null);
    private static final FetchUrl.Result GONE = new FetchUrl.Result(null, 30_000, null, "ConnectException: refused");

    private final TestHub hub = new TestHub(new Registry().orchestrator("WatchUrl", WatchUrl::new));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void looksAtOnceAndThenEverySoOften() {
        answer(FINE);
        start(60);
        assertThat(report().checks()).isEqualTo(1);

        hub.advance(Duration.ofSeconds(59));
        assertThat(report().checks()).isEqualTo(1);

        hub.advance(Duration.ofSeconds(1));
        assertThat(report().checks()).isEqualTo(2);
        assertThat(report().checkedAt()).isEqualTo("2030-01-01T00:01:00Z");
        assertThat(hub.inputs("FetchUrl", String.class)).containsOnly("https://example.com/");
    }

    @Test
    void showsSinceWhenItIsUpOrDown() {
        answer(FINE);
        start(60);
        hub.advance(Duration.ofMinutes(2));
        assertThat(report().up()).isTrue();
        assertThat(report().since()).isEqualTo("2030-01-01T00:00:00Z");

        answer(BROKEN);
        hub.advance(Duration.ofMinutes(1));
        answer(GONE);
        hub.advance(Duration.ofMinutes(1));
        assertThat(report().up()).isFalse();
        assertThat(report().since()).isEqualTo("2030-01-01T00:03:00Z");
        assertThat(report().last()).isEqualTo(GONE);
        assertThat(report().outages()).isEqualTo(1);

        // The answer from before the outage is what the first one after it is compared with.
        answer(OTHER);
        hub.advance(Duration.ofMinutes(1));
        assertThat(report().up()).isTrue();
        assertThat(report().since()).isEqualTo("2030-01-01T00:05:00Z");
        assertThat(report().changes()).isEqualTo(1);
        assertThat(report().hash()).isEqualTo("bb");
    }

    @Test
    void looksWhenItIsAskedTo() {
        answer(FINE);
        start(3_600);
        hub.advance(Duration.ofMinutes(10));
        hub.raise("w", "check");
        hub.settle();
        assertThat(report().checks()).isEqualTo(2);
        assertThat(report().checkedAt()).isEqualTo("2030-01-01T00:10:00Z");

        // The pause begins anew.
        hub.advance(Duration.ofMinutes(59));
        assertThat(report().checks()).isEqualTo(2);
        hub.advance(Duration.ofMinutes(1));
        assertThat(report().checks()).isEqualTo(3);
    }

    @Test
    void stopsWithASummary() {
        answer(FINE);
        start(60);
        hub.advance(Duration.ofMinutes(5));
        hub.raise("w", "stop");
        hub.settle();

        WatchReport summary = hub.output("w", WatchReport.class);
        assertThat(summary.checks()).isEqualTo(6);
        assertThat(summary.from()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(summary).isEqualTo(report());
    }

    @Test
    void goesOnForEver() {
        answer(FINE);
        start(60);
        hub.advance(Duration.ofMinutes(3L * WatchUrl.ROUNDS_PER_GENERATION));
        answer(BROKEN);
        hub.raise("w", "check");
        hub.settle();

        assertThat(hub.status("w").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(report().checks()).isGreaterThan(3L * WatchUrl.ROUNDS_PER_GENERATION);
        assertThat(report().from()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(report().outages()).isEqualTo(1);
    }

    /** Whatever the round in which it comes: also the last one of a generation, and while the URL is being fetched. */
    @Test
    void aStopIsNeverLost() {
        for (int round = WatchUrl.ROUNDS_PER_GENERATION - 2; round <= WatchUrl.ROUNDS_PER_GENERATION + 2; round++) {
            String id = "w" + round;
            int last = round;
            hub.activity("FetchUrl", context -> {
                if (fetches(id) == last) {
                    hub.raise(id, "check");
                    hub.raise(id, "stop");
                }
                return FINE;
            });
            hub.start("WatchUrl", id, Map.of("url", "https://example.com/", "everySeconds", 10));
            hub.advance(Duration.ofSeconds(20L * WatchUrl.ROUNDS_PER_GENERATION));

            assertThat(hub.output(id, WatchReport.class).checks()).isBetween((long) round, round + 1L);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            -                                                | needs an input: {"url":
            {}                                               | says no 'url' to watch
            {"url":" "}                                      | says no 'url' to watch
            {"url":"ht tp://x"}                              | The 'url' is none
            {"url":"file:///etc/passwd"}                     | begins with http:// or https://
            {"url":"example.com"}                            | begins with http:// or https://
            {"url":"http:///x"}                              | names no host
            {"url":"http:x"}                                 | names no host
            {"url":"https://ada:pw@example.com/"}            | has a user or a password in it
            {"url":"https://example.com/","everySeconds":0}     | from 1 to 86400, not 0
            {"url":"https://example.com/","everySeconds":86401} | from 1 to 86400, not 86401
            """)
    void refusesWhatItCannotWatch(@Nullable String input, String message) {
        hub.startWithJson("WatchUrl", "w", input);
        hub.settle();

        assertThat(hub.failure("w")).contains(message);
        assertThat(hub.calls()).isEmpty();
    }

    /** Its counts would be believed, and shown as found. */
    @Test
    void refusesACallerWhoSaysWhatItHasFound() {
        answer(FINE);
        start(60);
        String soFar = hub.status("w").customStatus();
        hub.startWithJson("WatchUrl", "forged", "{\"url\":\"https://example.com/\",\"soFar\":" + soFar + "}");
        hub.settle();

        assertThat(hub.failure("forged")).contains("'soFar' is what a watch has found itself");
        assertThat(fetches("forged")).isZero();
    }

    private long fetches(String instanceId) {
        return hub.calls().stream()
                .filter(call -> call.instanceId().equals(instanceId))
                .count();
    }

    private void start(int everySeconds) {
        hub.start("WatchUrl", "w", Map.of("url", "https://example.com/", "everySeconds", everySeconds));
        hub.settle();
    }

    private void answer(FetchUrl.Result result) {
        hub.activity("FetchUrl", context -> result);
    }

    private WatchReport report() {
        return hub.customStatus("w", WatchReport.class);
    }
}
