package dev.soliton.engine.turn;

import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.Payload;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns the ends of activities and sub-orchestrations that run in this process into events. */
final class LocalResults {
    private final EngineServices services;
    private final Activities activities;
    private final Outbox outbox;
    private final UnitOfWork unit;

    LocalResults(EngineServices services, Activities activities, Outbox outbox, UnitOfWork unit) {
        this.services = services;
        this.activities = activities;
        this.outbox = outbox;
        this.unit = unit;
    }

    /**
     * Processes a signal.
     *
     * @param now gives the time of the event, once its value is stored
     * @return the event; null if the orchestrator does not wait for it
     * @throws TurnStopped if the turn cannot go on
     * @throws dev.soliton.store.StorageException if the storage failed
     */
    @Nullable
    JournalEvent take(TurnSignal signal, Supplier<Instant> now) throws TurnStopped {
        if (signal instanceof Activities.Ended ended) {
            activities.taken(ended);
            return result(ended, now);
        }
        if (signal instanceof TurnSignal.ChildEnded child) {
            if (!outbox.tryTake(child)) {
                return null;
            }
            ExecutionPayloads payloads = services.payloads(unit.key());
            if (child.failure() != null) {
                return new SubOrchestrationFailed(child.id(), payloads.saveOwn(child.failure()), now.get());
            }
            Payload result = child.result() == null ? null : payloads.saveOwn(child.result());
            return new SubOrchestrationCompleted(child.id(), result, now.get());
        }
        if (signal instanceof TurnSignal.ChildHandedOff child) {
            outbox.handedOff(child);
            if (child.trouble() != null) {
                throw TurnStopped.by(child.trouble());
            }
        }
        return null;
    }

    private JournalEvent result(Activities.Ended ended, Supplier<Instant> now) throws TurnStopped {
        TaskScheduled task = ended.task();
        if (ended instanceof Activities.Ended.NotRun) {
            throw TurnStopped.workerStopped();
        }
        if (ended instanceof Activities.Ended.Unknown unknown) {
            throw TurnStopped.by(unknown.trouble());
        }
        if (ended instanceof Activities.Ended.Threw threw) {
            Payload details =
                    services.payloads(unit.key()).saveOwn(services.json().writeFailure(threw.failure()));
            return new TaskFailed(task.id(), details, now.get());
        }
        return new TaskCompleted(task.id(), ((Activities.Ended.Returned) ended).result(), now.get());
    }
}
