package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More instances with long activities than a host is given messages at a time, and others beside them. */
@Tag("full")
final class FairSlotsIT {
    private static final List<String> LONG =
            IntStream.range(0, 40).mapToObj(number -> "long-" + number).toList();

    private final Hub hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class, Lives.class));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void startsAndEventsOfOthersAreServedWhileFortyWaitForTheirActivities() {
        Caller app = hub.host();
        app.startFresh("Counter", "counter", "0");
        LONG.forEach(id -> app.startFresh("HoldThenEcho", id, null));
        LONG.forEach(id -> hub.awaitReached(id, "hold"));
        app.startFresh("HelloCities", "hello", "[\"a\"]");
        app.awaitOutput("hello", "[\"Hello a!\"]");
        app.raise("counter", "add", "3");
        app.awaitCustomStatus("counter", "3");
        // All of this came to its end while none of their activities did.
        LONG.forEach(id -> assertThat(app.status(id).text("runtimeStatus")).isEqualTo("Running"));
        LONG.forEach(id -> hub.app().gates().open(id, "hold"));
        LONG.forEach(id -> app.awaitStatus(id, "Completed"));
    }
}
