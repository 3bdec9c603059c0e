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

/** What follows when an event is in the journal for good. */
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

    /** Does something that no turn waits for. */
    void inBackground(Runnable cleaning) {
        housekeeping.execute(cleaning);
    }

    /** Up to which number everything for other instances is delivered. */
    int delivered() {
        return outbox.delivered();
    }

    /**
     * Ends the sub-orchestrations of an execution that ends by itself, and was told meanwhile to end with them.
     *
     * @throws TurnStopped if the storage failed, or they are so many that it takes a turn which begins with it
     */
    void endChildren(ExecutionKey key, @Nullable String reason) throws TurnStopped {
        if (outbox.hasManyOpen() || !outbox.endChildren(key, false, reason, () -> false, ended -> {})) {
            throw TurnStopped.handedOff();
        }
    }

    /** Says that a step is final, and lets the sub-orchestration go whose end it is. */
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

    /** No request is worth a line of the log: a reason of that length is in the history. */
    private String reason(Payload failure) {
        if (failure instanceof Payload.Inline inline) {
            FailureDetails details = json.readFailure(inline.json());
            return details.errorType() + ": " + details.message();
        }
        return "see the history";
    }
}
