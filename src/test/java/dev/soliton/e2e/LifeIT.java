package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that are terminated, suspended and resumed, wherever they stand. */
@Tag("integration")
final class LifeIT {
    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() {
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class, Lives.class));
        app = hub.host();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "timer", "activity", "retry", "sub-orchestration", "generation"})
    void instanceIsTerminatedWhereverItStands(String point) {
        String id = "terminate-" + point;
        stand(id, point);
        terminate(id);
        if (point.equals("activity")) {
            hub.awaitLogged(id, "Hold", Event.INTERRUPT);
        }
    }

    @Test
    void instanceIsTerminatedWhileItIsSuspended() {
        stand("terminate-suspended", "event");
        app.operate("terminate-suspended", "suspend");
        app.awaitStatus("terminate-suspended", "Suspended");
        app.raise("terminate-suspended", "go", "1");
        terminate("terminate-suspended");
    }

    /** A sub-orchestration has a life of its own: the end of its parent is not its end. */
    @Test
    void subOrchestrationOutlivesAParentThatIsTerminated() {
        stand("parent", "sub-orchestration");
        terminate("parent");
        app.raise("parent.child", "go", "7");
        app.awaitOutput("parent.child", "7");
        assertThat(app.status("parent").text("runtimeStatus")).isEqualTo("Terminated");
    }

    @Test
    void subOrchestrationEndsWithAParentThatIsTerminatedRecursively() {
        stand("taking", "sub-orchestration");
        app.awaitStatus("taking.child", "Running");
        app.operate("taking", "terminate?reason=enough&recursive=true");
        app.awaitStatus("taking", "Terminated");
        app.awaitStatus("taking.child", "Terminated");
        assertThat(app.status("taking.child").text("output")).isEqualTo("enough");
    }

    @Test
    void failedInstanceGoesOnWhenItIsRewound() {
        app.startFresh("EchoThenNeeds", "rewound", null);
        hub.app().gates().open("rewound", "left");
        app.awaitStatus("rewound", "Failed");
        app.operate("rewound", "rewind?reason=again");
        app.await("rewound", "another failure", status -> needs(Event.FAIL) == 2 && status.code() == 200);
        hub.app().gates().open("rewound", "right");
        app.operate("rewound", "rewind");
        app.awaitOutput("rewound", "\"begun[left, right]\"");
        assertThat(needs(Event.END)).isEqualTo(2);
    }

    private static long needs(Event event) {
        return hub.app().log().lines().stream()
                .filter(line -> line.event() == event && line.activity().equals("Need"))
                .count();
    }

    @Test
    void eventsOfASuspendedInstanceAreReceivedInOrderWhenItIsResumed() {
        app.startFresh("Collect", "suspended", "5");
        app.raise("suspended", "item", "1");
        app.awaitCustomStatus("suspended", "1");
        app.operate("suspended", "suspend?reason=lunch");
        app.operate("suspended", "suspend");
        app.awaitStatus("suspended", "Suspended");
        for (int item = 2; item <= 5; item++) {
            app.raise("suspended", "item", Integer.toString(item));
        }
        witness("suspended-witness");
        assertThat(app.status("suspended").text("runtimeStatus")).isEqualTo("Suspended");
        assertNothingHappensBeforeTheResume("suspended", 2, "[1,2,3,4,5]");
    }

    @Test
    void resultThatArrivesWhileSuspendedWaits() {
        app.startFresh("HoldThenEcho", "suspended-activity", null);
        hub.awaitReached("suspended-activity", "hold");
        app.operate("suspended-activity", "suspend");
        app.awaitStatus("suspended-activity", "Suspended");
        hub.app().gates().open("suspended-activity", "hold");
        hub.awaitLogged("suspended-activity", "Hold", Event.END);
        witness("suspended-activity-witness");
        assertNothingHappensBeforeTheResume("suspended-activity", 2, "\"hold\"");
    }

    @Test
    void timerThatIsDueWhileSuspendedWaits() {
        app.startFresh("TimerThenEcho", "suspended-timer", null);
        app.awaitCustomStatus("suspended-timer", "\"timer\"");
        app.operate("suspended-timer", "suspend");
        app.awaitStatus("suspended-timer", "Suspended");
        // Has a timer that is due later.
        app.startFresh("TimerThenEcho", "suspended-timer-witness", null);
        app.awaitOutput("suspended-timer-witness", "\"rung\"");
        assertNothingHappensBeforeTheResume("suspended-timer", 0, "\"rung\"");
    }

    @Test
    void resumeOfAnInstanceThatIsNotSuspendedChangesNothing() {
        stand("resumed", "event");
        app.operate("resumed", "resume?reason=why-not");
        app.raise("resumed", "go", "true");
        app.awaitOutput("resumed", "true");
    }

    /** Starts an instance, and waits until it is where it is to be. */
    private static void stand(String id, String point) {
        app.startFresh("StandAt", id, "\"" + point + "\"");
        if (point.equals("activity")) {
            hub.awaitReached(id, "stand");
        } else {
            app.awaitCustomStatus(id, "\"" + point + "\"");
        }
        if (point.equals("sub-orchestration")) {
            app.await(id + ".child", "that it runs", child -> child.code() == 202);
        }
    }

    private static void terminate(String id) {
        app.operate(id, "terminate?reason=wrong%20%22file%22");
        Caller.Answer ended = app.awaitEnd(id);
        assertThat(ended.text("runtimeStatus")).isEqualTo("Terminated");
        assertThat(ended.text("output")).isEqualTo("wrong \"file\"");
        assertThat(app.send("POST", "/api/instances/" + id + "/raiseEvent/go", (String) null)
                        .code())
                .isEqualTo(410);
        assertThat(app.start("StandAt", id, "\"event\"").code()).isEqualTo(409);
    }

    /** Another instance that goes through several turns: whatever the host had to do before them, it has begun. */
    private static void witness(String id) {
        app.startFresh("Collect", id, "2");
        app.raise(id, "item", "1");
        app.awaitCustomStatus(id, "1");
        app.raise(id, "item", "2");
        app.awaitOutput(id, "[1,2]");
    }

    /** The log of a suspended instance is as long as before when it is resumed, and longer afterwards. */
    private static void assertNothingHappensBeforeTheResume(String id, int lines, String output) {
        hub.app().log().mark(id, "resume");
        app.operate(id, "resume");
        app.awaitOutput(id, output);
        List<Event> events =
                hub.app().log().lines(id).stream().map(line -> line.event()).toList();
        assertThat(events.indexOf(Event.MARK)).as("%s", events).isEqualTo(lines);
        assertThat(events).hasSizeGreaterThan(lines + 1);
    }
}
