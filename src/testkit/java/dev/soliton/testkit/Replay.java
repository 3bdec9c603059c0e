package dev.soliton.testkit;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.ReplayContext;
import dev.soliton.engine.runtime.TurnResult;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.NonDeterministicOrchestratorException;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One run of an orchestrator against a recorded history, as a turn of the engine begins it. */
final class Replay {
    private static final String DIVERGED = NonDeterministicOrchestratorException.class.getName();

    private final RecordedHistory.Subject subject;
    private final List<JournalEvent> events;

    Replay(RecordedHistory.Subject subject, List<JournalEvent> events) {
        this.subject = subject;
        int last = events.size() - 1;
        // Nobody replays the end itself: it is what the orchestrator comes to.
        this.events = last >= 0 && events.get(last) instanceof ExecutionCompleted ? events.subList(0, last) : events;
    }

    void run(Registry app) {
        if (events.stream().noneMatch(ExecutionStarted.class::isInstance)) {
            return; // none of its code has run yet
        }
        Orchestrator orchestrator = app.newOrchestrator(subject.name(), subject.version())
                .orElseThrow(() -> failure("its version " + subject.version() + " is not registered", null));
        EndOfHistory end = new EndOfHistory(events.get(events.size() - 1).at());
        try {
            ReplayContext context = context(app, end);
            check(context.run(orchestrator), context.state().fresh());
        } catch (TurnStopped waits) {
            if (waits.result() instanceof TurnResult.Blocked blocked) {
                throw failure(blocked.reason(), waits);
            } else if (subject.status() == RuntimeStatus.COMPLETED) {
                throw failure("it had completed where the history ends, and now waits for more", waits);
            }
        }
    }

    private ReplayContext context(Registry app, EventSource end) {
        Payload input = subject.input() == null ? null : new Payload.Inline(subject.input());
        Payloads payloads = new Payloads(new InMemoryPayloadStore(), () -> "replay", Long.MAX_VALUE);
        ReplayContext context = new ReplayContext(
                new ReplayContext.Subject(subject.name(), input, null, subject.parent(), Integer.MAX_VALUE),
                events,
                new EngineJson(app),
                new ExecutionPayloads(subject.key(), payloads),
                end);
        Logger silent = Logger.getAnonymousLogger();
        silent.setLevel(Level.OFF);
        context.logsTo(silent);
        return context;
    }

    private void check(ReplayContext.End reached, List<JournalEvent> beyond) {
        boolean completed = subject.status() == RuntimeStatus.COMPLETED;
        if (reached instanceof ReplayContext.End.Failed failed) {
            FailureDetails details = failed.failure();
            if (completed || details.errorType().equals(DIVERGED)) {
                throw failure(details.summary(), null);
            }
        }
        if (completed && beyond.stream().anyMatch(JournalEvent.Request.class::isInstance)) {
            throw failure("it had completed where the history ends, and now asks for more", null);
        }
    }

    private AssertionError failure(String what, @Nullable Throwable cause) {
        return new AssertionError(
                "The history of '" + subject.key().instanceId() + "' does not fit the code of " + subject.name() + ": "
                        + what,
                cause);
    }

    /** There is nothing beyond the history: who waits for more has met all of it. */
    private record EndOfHistory(Instant now) implements EventSource {

        @Override
        public @Nullable JournalEvent beforeStart(State state) {
            return null;
        }

        @Override
        public JournalEvent next(State state) throws TurnStopped {
            throw TurnStopped.idle();
        }
    }
}
