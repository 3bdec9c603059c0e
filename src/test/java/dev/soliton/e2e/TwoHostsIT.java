package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Families;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Instances that get events all the time, have children, and write to each other, with two hosts that share the work. */
@Tag("integration")
final class TwoHostsIT {
    private static final int EVENTS = 1000;

    /** More than there is room for in the process of the parent. */
    private static final int CHILDREN = 20;

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @SuppressWarnings("NullAway.Init")
    private static Caller other;

    /** Goes on beside the other tests. */
    @SuppressWarnings("NullAway.Init")
    private static CompletableFuture<Void> raising;

    @BeforeAll
    static void start() {
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class, Lives.class, Families.class));
        app = hub.host();
        other = hub.host();
        app.startFresh("Numbers", "numbers", null);
        raising = CompletableFuture.runAsync(TwoHostsIT::raiseNumbers);
    }

    private static void raiseNumbers() {
        for (int number = 0; number < EVENTS; number++) {
            app.raise("numbers", "number", Integer.toString(number));
        }
        app.raise("numbers", "number", "-1");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void eventsOfOneCallerAreReceivedOnceEachAndInOrderThroughAllGenerations() {
        raising.join();
        app.awaitOutput("numbers", upTo(EVENTS));
    }

    @Test
    void eventsOfOneCallerThroughTwoHostsArriveInOrderAlsoWhileSuspended() {
        app.startFresh("Numbers", "alternating", null);
        for (int number = 0; number < 300; number++) {
            (number % 2 == 0 ? app : other).raise("alternating", "number", Integer.toString(number));
            if (number % 100 == 40) {
                app.operate("alternating", "suspend");
            } else if (number % 100 == 80) {
                other.operate("alternating", "resume");
            }
        }
        app.raise("alternating", "number", "-1");
        app.awaitOutput("alternating", upTo(300));
    }

    @Test
    void eventThroughAnotherHostIsReceivedDuringALongActivity() {
        List<String> ids = List.of("during-1", "during-2");
        ids.forEach(id -> app.startFresh("DuringActivity", id, null));
        ids.forEach(id -> hub.awaitReached(id, "long"));
        ids.forEach(id -> other.raise(id, "go", "\"stop\""));
        ids.forEach(id -> app.awaitCustomStatus(id, "\"stop handled\""));
        ids.forEach(id -> hub.app().gates().open(id, "long"));
        ids.forEach(id -> app.awaitOutput(id, "[\"stop\",\"long\"]"));
    }

    @Test
    void childrenRunInTheProcessOfTheirParentAndThroughTheQueue() {
        app.startFresh("Parent", "parent", Integer.toString(CHILDREN));
        for (int child = 0; child < CHILDREN; child++) {
            hub.awaitReached("parent." + child, "child");
        }
        assertThat(app.status("parent").text("runtimeStatus")).isEqualTo("Running");
        for (int child = 0; child < CHILDREN; child++) {
            hub.app().gates().open("parent." + child, "child");
        }
        app.awaitOutput(
                "parent",
                IntStream.range(0, CHILDREN)
                        .mapToObj(child -> "\"parent has " + child + "\"")
                        .collect(Collectors.joining(",", "[", "]")));
        assertThat(hub.app().log().lines())
                .filteredOn(line -> line.instance().startsWith("parent.") && line.event() == Event.START)
                .hasSize(CHILDREN);
        assertThat(hub.output())
                .as("claims for a message of their own")
                .filteredOn(line -> line.contains("claimed instanceId=\"parent."))
                .hasSizeBetween(1, CHILDREN - 1);
    }

    @Test
    void childrenHaveChildrenAndContinueAsNew() {
        app.startFresh("Depth", "depth", "4");
        app.awaitOutput("depth", "\"4 3 2 1 bottom\"");
    }

    @Test
    void childThatFailsIsTriedAgainAsAnotherInstance() {
        app.startFresh("ParentOfFailing", "failing", null);
        app.awaitOutput("failing", "[\"FailingChild\",\"java.lang.IllegalStateException: Not again.\",true]");
        assertThat(hub.app().log().lines())
                .filteredOn(line -> line.activity().equals("EchoOfFailing") && line.event() == Event.START)
                .extracting(Line::instance)
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    void childUnderAnIdThatIsTakenIsRefused() {
        app.startFresh("ParentOfTwins", "twins", null);
        app.awaitCustomStatus("twins", "\"refused\"");
        app.raise("twins.child", "go", "1");
        Caller.Answer ended = app.awaitEnd("twins");
        assertThat(ended.body().path("output").path(0).asText())
                .startsWith("An instance with ID 'twins.child' already exists");
        assertThat(ended.body().path("output").path(1).toString()).isEqualTo("1");
    }

    @Test
    void childWritesToItsParentAndTakesEventsItself() {
        app.startFresh("ParentOfOne", "family", null);
        app.awaitCustomStatus("family", "\"family.child\"");
        other.raise("family.child", "go", "{\"x\":1}");
        app.awaitOutput("family", "[\"family.child\",{\"x\":1}]");
    }

    @Test
    void instancesWriteToEachOther() {
        app.startFresh("Pong", "pong", null);
        app.startFresh("Ping", "ping", "\"pong\"");
        app.awaitOutput("ping", "50");
        app.awaitOutput("pong", "25");
    }

    @Test
    void instanceWritesToItselfAndInVainToNobody() {
        app.startFresh("ToNobody", "lonely", null);
        app.awaitOutput("lonely", "2");
        assertThat(app.status("lonely.nobody").code()).isEqualTo(404);
    }

    private static String upTo(int end) {
        return IntStream.range(0, end).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
