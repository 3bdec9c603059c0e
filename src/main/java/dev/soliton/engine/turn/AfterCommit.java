package dev.soliton.engine.turn;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Payload;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What follows once an event is committed to the journal. */
final class AfterCommit {
    private final Outbox outbox;
    private final Activities activities;
    private final Executor housekeeping;
    private final EngineJson json;
    private final InstanceLog log;

    AfterCommit(Outbox outbox, Activities activities, Executor housekeeping, EngineJson json, InstanceLog log) {
        this.outbox = outbox;
        this.activities = activities;
        this.housekeeping = housekeeping;
        this.json = json;
        this.log = log;
    }

    /** Runs a task for which no turn waits. */
    void inBackground(Runnable cleaning) {
        housekeeping.execute(cleaning);
    }

    /** The number up to which everything for other instances is delivered. */
    int delivered() {
        return outbox.delivered();
    }

    /**
     * Terminates the sub-orchestrations of an execution that ends by itself and received meanwhile the request to end
     * together with them.
     *
     * @throws TurnStopped if the storage failed, or the sub-orchestrations are so many that a turn of their own has to
     *     begin with them
     */
    void endChildren(ExecutionKey key, @Nullable String reason) throws TurnStopped {
        if (outbox.hasManyOpen() || !outbox.endChildren(key, false, reason, () -> false, ended -> {})) {
            throw TurnStopped.handedOff();
        }
    }

    /** Logs that a step is final, and releases the sub-orchestration whose end it is. */
    void committed(ExecutionKey key, JournalEvent event) {
        if (event instanceof TaskCompleted completed) {
            log.info("step done", key, "task", completed.id(), "activity", activities.nameOf(completed.id()));
        } else if (event instanceof TaskFailed failed) {
            log.info(
                    "step failed",
                    key,
                    "task",
                    failed.id(),
                    "activity",
                    activities.nameOf(failed.id()),
                    "reason",
                    reason(failed.failure()));
        } else if (event instanceof SubOrchestrationCompleted completed) {
            outbox.committed(completed.id());
        } else if (event instanceof SubOrchestrationFailed failed) {
            outbox.committed(failed.id());
        }
    }

    /** The log line is not worth a request to the storage: a reason of that length is in the history. */
    private String reason(Payload failure) {
        if (failure instanceof Payload.Inline inline) {
            FailureDetails details = json.readFailure(inline.json());
            return details.errorType() + ": " + details.message();
        }
        return "see the history";
    }
}
