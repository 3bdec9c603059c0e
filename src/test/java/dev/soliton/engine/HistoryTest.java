package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.Histories.InstanceHistory;
import dev.soliton.engine.HistoryEntry.Field;
import dev.soliton.engine.HistoryEntry.Field.Json;
import dev.soliton.engine.HistoryEntry.Field.Text;
import dev.soliton.engine.HistoryEntry.Field.Time;
import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionResumed;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.JournalEvent.ExecutionSuspended;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.journal.JournalEvent.TimerCreated;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.journal.JournalRows;
import dev.soliton.engine.journal.WriteLimits;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shown of a journal: each kind of event, with and without inputs and results. */
final class HistoryTest {
    private static final Instant T0 = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant T1 = Instant.parse("2030-01-01T00:00:01.5Z");
    private static final Payload IN = new Payload.Inline("{\"in\":1}");
    private static final Payload OUT = new Payload.Inline("[\"out\"]");
    private static final Payload FAILURE = new Payload.Inline(new EngineJson()
            .writeFailure(new FailureDetails(
                    "app.Outer",
                    "outer",
                    "at outer",
                    new FailureDetails("app.Inner", "inner", "", null, true),
                    false)));
    private static final String SHOWN_FAILURE = "{\"ErrorType\":\"app.Outer\",\"ErrorMessage\":\"outer\","
            + "\"StackTrace\":\"at outer\",\"InnerFailure\":{\"ErrorType\":\"app.Inner\",\"ErrorMessage\":\"inner\","
            + "\"StackTrace\":\"\",\"InnerFailure\":null,\"IsNonRetriable\":true},\"IsNonRetriable\":false}";
    private static final Json INPUT = new Json("Input", "{\"in\":1}");
    private static final Json RESULT = new Json("Result", "[\"out\"]");

    private final EngineFixture hub = new EngineFixture();
    private final Histories histories = new Histories(hub.storage);

    @AfterEach
    void close() {
        hub.close();
    }

    private void write(
            RuntimeStatus status, @Nullable Payload output, @Nullable Payload failure, JournalEvent... events) {
        ExecutionKey key = new ExecutionKey("x", "e", 0);
        InstanceRow pending = InstanceRow.pending(key, "Job", null, IN, T0, "c");
        InstanceRow running = pending.changed(RuntimeStatus.RUNNING, pending.ownership(), pending.values(), T0, "c2");
        InstanceRow row =
                running.changed(status, running.ownership(), running.values().withOutcome(output, failure), T1, "c3");
        List<RowChange> changes = new JournalRows(new EngineJson(), WriteLimits.OF_THE_STORAGE)
                .writes(key, 0, List.of(events), event -> 0, 0)
                .get(0)
                .rows();
        hub.instances.write("x", List.of(new RowChange.InsertInstance(row)));
        hub.instances.write("x", changes);
    }

    private List<HistoryEntry> entries(boolean inputs, boolean results) {
        return histories.find("x", inputs, results).orElseThrow().entries();
    }

    private static HistoryEntry entry(String type, Instant at, Field... fields) {
        return new HistoryEntry(type, at, Arrays.asList(fields));
    }

    static Stream<Arguments> kinds() {
        return Stream.of(
                kind(entry("ExecutionStarted", T0, new Text("FunctionName", "Job"), INPUT), new ExecutionStarted(T0)),
                kind(
                        entry("TaskScheduled", T0, new Text("Name", "Act"), INPUT),
                        new TaskScheduled(0, "Act", IN, null, T0)),
                kind(
                        entry(
                                "TaskCompleted",
                                T1,
                                new Text("FunctionName", "Act"),
                                new Time("ScheduledTime", T0),
                                INPUT,
                                RESULT),
                        new TaskScheduled(0, "Act", IN, null, T0),
                        new TaskCompleted(0, OUT, T1)),
                kind(
                        entry(
                                "TaskFailed",
                                T1,
                                new Text("FunctionName", "Act"),
                                new Time("ScheduledTime", T0),
                                INPUT,
                                new Text("Reason", "outer"),
                                new Text("Details", "at outer"),
                                new Json("FailureDetails", SHOWN_FAILURE)),
                        new TaskScheduled(0, "Act", IN, 2, T0),
                        new TaskFailed(0, FAILURE, T1)),
                kind(
                        entry(
                                "SubOrchestrationInstanceCreated",
                                T0,
                                new Text("Name", "Child"),
                                new Text("InstanceId", "c"),
                                INPUT),
                        new SubOrchestrationScheduled(0, "Child", "c", IN, T0)),
                kind(
                        entry(
                                "SubOrchestrationInstanceCompleted",
                                T1,
                                new Text("FunctionName", "Child"),
                                new Text("InstanceId", "c"),
                                new Time("ScheduledTime", T0),
                                INPUT,
                                RESULT),
                        new SubOrchestrationScheduled(0, "Child", "c", IN, T0),
                        new SubOrchestrationCompleted(0, OUT, T1)),
                kind(
                        entry(
                                "SubOrchestrationInstanceFailed",
                                T1,
                                new Text("FunctionName", "Child"),
                                new Text("InstanceId", "c"),
                                new Time("ScheduledTime", T0),
                                INPUT,
                                new Text("Reason", "outer"),
                                new Text("Details", "at outer"),
                                new Json("FailureDetails", SHOWN_FAILURE)),
                        new SubOrchestrationScheduled(0, "Child", "c", IN, T0),
                        new SubOrchestrationFailed(0, FAILURE, T1)),
                kind(entry("TimerCreated", T0, new Time("FireAt", T1)), new TimerCreated(0, T1, T0)),
                kind(
                        entry("EventSent", T0, new Text("InstanceId", "o"), new Text("Name", "News"), INPUT),
                        new EventSent(0, "o", "News", IN, T0)),
                kind(entry("EventRaised", T0, new Text("Name", "go"), INPUT), new EventRaised("go", IN, T0)),
                kind(entry("ExecutionSuspended", T0, new Text("Reason", "why")), new ExecutionSuspended("why", T0)),
                kind(entry("ExecutionResumed", T0, new Text("Reason", null)), new ExecutionResumed(null, T0)),
                kind(entry("ExecutionTerminated", T0, new Text("Input", "why")), new ExecutionTerminated("why", T0)));
    }

    private static Arguments kind(HistoryEntry shown, JournalEvent... events) {
        return Arguments.of(shown, List.of(events));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void eventIsShownWithAllItsFields(HistoryEntry shown, List<JournalEvent> events) {
        write(RuntimeStatus.RUNNING, null, null, events.toArray(JournalEvent[]::new));
        assertThat(entries(true, true)).containsExactly(shown);
        List<Field> others = shown.fields().stream()
                .filter(field -> !field.equals(RESULT) && !field.equals(INPUT))
                .toList();
        assertThat(entries(false, false))
                .containsExactly(new HistoryEntry(shown.eventType(), shown.timestamp(), others));
    }

    @Test
    void timerThatFiredIsShownBesideItsCreation() {
        write(RuntimeStatus.RUNNING, null, null, new TimerCreated(3, T1, T0), new TimerFired(3, T1));
        assertThat(entries(true, false))
                .containsExactly(
                        entry("TimerCreated", T0, new Time("FireAt", T1)),
                        entry("TimerFired", T1, new Time("FireAt", T1)));
    }

    @Test
    void endIsShownWithOutputOrFailure() {
        write(RuntimeStatus.COMPLETED, OUT, null, new ExecutionCompleted(RuntimeStatus.COMPLETED, T1));
        Text status = new Text("OrchestrationStatus", "Completed");
        assertThat(entries(true, true)).containsExactly(entry("ExecutionCompleted", T1, status, RESULT));
        assertThat(entries(true, false)).containsExactly(entry("ExecutionCompleted", T1, status));
    }

    @Test
    void failedEndIsShownWithItsDetails() {
        write(RuntimeStatus.FAILED, OUT, FAILURE, new ExecutionCompleted(RuntimeStatus.FAILED, T1));
        assertThat(entries(true, true))
                .containsExactly(entry(
                        "ExecutionCompleted",
                        T1,
                        new Text("OrchestrationStatus", "Failed"),
                        new Json("FailureDetails", SHOWN_FAILURE),
                        RESULT));
    }

    @Test
    void instanceComesWithTheHistoryOfThePresentGenerationAlone() {
        hub.registry.orchestrator("Count", () -> context -> {
            int count = Objects.requireNonNull(context.getInput(Integer.class));
            context.callActivity("Next", count, Integer.class).await();
            if (count == 0) {
                context.continueAsNew(1);
            }
            return count;
        });
        hub.registry.activity("Next", () -> context -> context.getInput(Integer.class));
        hub.client.start(new StartRequest("Count", "x", "0"));
        hub.drain(hub.worker());
        InstanceHistory shown = histories.find("x", true, true).orElseThrow();
        assertThat(shown.instance()).isEqualTo(hub.client.status("x", true).orElseThrow());
        assertThat(shown.entries())
                .extracting(HistoryEntry::eventType)
                .containsExactly("ExecutionStarted", "TaskCompleted", "ExecutionCompleted");
        assertThat(shown.entries().get(1).fields()).contains(new Json("Input", "1"), new Json("Result", "1"));
    }

    @Test
    void instanceThatIsNotThereHasNoHistory() {
        assertThat(histories.find("x", true, true)).isEmpty();
        assertThatExceptionOfType(InvalidInstanceIdException.class).isThrownBy(() -> histories.find("a/b", true, true));
    }

    @Test
    void valueOfAReplacedGenerationIsReadAgainAndAMissingOneIsReported() {
        write(RuntimeStatus.RUNNING, null, null, new EventRaised("go", new Payload.Stored("gone"), T0));
        assertThatExceptionOfType(PayloadMissingException.class).isThrownBy(() -> entries(true, true));
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        Histories watched = new Histories(hub.storage(store));
        store.beforeNext(
                "load",
                () -> store.beforeNext("load", () -> {
                    ExecutionKey key = new ExecutionKey("x", "e", 0);
                    hub.instances.write("x", List.of(new RowChange.DeleteJournal(key, 0)));
                    InstanceRow row = hub.instances.findRow("x").orElseThrow().row();
                    hub.instances.write(
                            "x",
                            List.of(new RowChange.ReplaceInstance(
                                    row.at(1, InstanceRow.Progress.NONE),
                                    hub.instances.findRow("x").orElseThrow().etag())));
                }));
        assertThat(watched.find("x", true, true).orElseThrow().entries()).isEmpty();
        assertThat(store.calls()).containsExactly("load", "load");
    }
}
