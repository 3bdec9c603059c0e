package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What has come in for instances before a host that works meets them for the first time. */
@Tag("full")
final class BeforeFirstTurnIT {
    private static final int MANY = 90;

    /** More than fit into one transaction. */
    private static final int TOO_MANY = 130;

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() {
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class, Lives.class));
        app = hub.host(Hub.azurite().connectionString(), Map.of("AzureWebJobs.Orchestrator.Disabled", "true"));

        app.startFresh("Collect", "suspended", "2");
        app.operate("suspended", "suspend?reason=not%20yet");
        app.raise("suspended", "item", "1");

        app.startFresh("Collect", "hesitant", "1");
        app.operate("hesitant", "suspend");
        app.operate("hesitant", "resume");
        app.raise("hesitant", "item", "1");

        app.startFresh("HoldThenEcho", "terminated", null);
        app.operate("terminated", "terminate?reason=never%20mind");

        app.startFresh("HoldThenEcho", "suspended-terminated", null);
        app.operate("suspended-terminated", "suspend");
        app.operate("suspended-terminated", "terminate");

        app.startFresh("Collect", "many", Integer.toString(MANY));
        app.startFresh("Collect", "too-many", Integer.toString(TOO_MANY));
        app.startFresh("Numbers", "generations", null);
        for (int item = 0; item < TOO_MANY; item++) {
            if (item < MANY) {
                app.raise("many", "item", Integer.toString(item));
            }
            app.raise("too-many", "item", Integer.toString(item));
            app.raise("generations", "number", Integer.toString(item));
        }
        app.raise("generations", "number", "-1");

        assertThat(app.status("suspended").text("runtimeStatus")).isEqualTo("Pending");
        app = hub.host();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void suspendHoldsTheStart() {
        app.awaitStatus("suspended", "Suspended");
        app.raise("suspended", "item", "2");
        app.awaitOutput("hesitant", "[1]");
        assertThat(app.status("suspended").text("runtimeStatus")).isEqualTo("Suspended");
        hub.app().log().mark("suspended", "resume");
        app.operate("suspended", "resume");
        app.awaitOutput("suspended", "[1,2]");
        assertThat(hub.app().log().lines("suspended"))
                .first()
                .extracting(line -> line.activity())
                .isEqualTo("resume");
    }

    @Test
    void suspendThatIsResumedHoldsNothing() {
        app.awaitOutput("hesitant", "[1]");
    }

    @Test
    void terminateEndsAnInstanceBeforeItBegins() {
        Caller.Answer ended = app.awaitEnd("terminated");
        assertThat(ended.text("runtimeStatus")).isEqualTo("Terminated");
        assertThat(ended.text("output")).isEqualTo("never mind");
        assertThat(hub.app().log().lines("terminated")).isEmpty();
    }

    @Test
    void terminateEndsASuspendedInstanceBeforeItBegins() {
        Caller.Answer ended = app.awaitEnd("suspended-terminated");
        assertThat(ended.text("runtimeStatus")).isEqualTo("Terminated");
        assertThat(ended.body().path("output").isNull()).isTrue();
        assertThat(hub.app().log().lines("suspended-terminated")).isEmpty();
    }

    @Test
    void ninetyEventsAtOnceAreReceivedInOrder() {
        app.awaitOutput("many", upTo(MANY));
    }

    @Test
    void eventsOfSeveralTransactionsAreReceivedInOrder() {
        app.awaitOutput("too-many", upTo(TOO_MANY));
    }

    @Test
    void eventsOfSeveralTransactionsAreReceivedInOrderThroughGenerations() {
        app.awaitOutput("generations", upTo(TOO_MANY));
    }

    private static String upTo(int end) {
        return IntStream.range(0, end).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
