package dev.soliton.instance;

import dev.soliton.instance.StartOutcome.Rejected;
import dev.soliton.instance.StartOutcome.Started;
import dev.soliton.instance.WorkMessage.Base;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The start of an instance whose ID was seen to be free.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>One start wins</em>: the insert of the instance row is the check. Whatever was read before only saves the
 *       attempt.
 *   <li><em>An accepted start has a message</em>: the message is put before the row. Whoever receives it before the row
 *       is there waits, and in the end buries the execution under a tombstone in the place of its gate, which makes a
 *       late insert fail as a whole.
 *   <li><em>The winner is told so</em>: the insert leaves a proof under the execution's own ID. After any answer but a
 *       plain success the proof is read: it is there exactly if this start won.
 *   <li><em>The loser has lost for ever</em>: an insert whose answer never came may still be on its way to the storage.
 *       Before such a start is called lost, it buries itself.
 * </ul>
 *
 * <p>Crash points: before the message, nothing happened. Between message and row, the message finds no row and buries
 * the execution; the ID is free all the while. After the row, the message is there to run it.
 */
final class Starter {
    /** How often an insert is sent whose answer does not come. */
    private static final int INSERT_ATTEMPTS = 3;

    /** How often a start begins anew after it was buried because it took so long. */
    private static final int BURIALS_SURVIVED = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Storage storage;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;

    Starter(Storage storage, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.waits = waits;
    }

    StartOutcome start(String name, String instanceId, @Nullable String input) {
        for (int burials = 0; burials < BURIALS_SURVIVED; burials++) {
            String executionId = ids.get();
            Payload saved = storage.payloads().save(instanceId, executionId, input);
            WorkQueue.Receipt message =
                    storage.queue().put(WorkMessage.start(instanceId, executionId, Base.NO_ROW), Duration.ZERO);
            ExecutionKey key = new ExecutionKey(instanceId, executionId, 0);
            InstanceRow row =
                    InstanceRow.pending(key, name, null, saved, clock.instant().truncatedTo(ChronoUnit.MICROS), ids.get());
            if (insert(row)) {
                return new Started(instanceId, executionId);
            }
            withdraw(message, saved);
            Optional<Versioned<InstanceRow>> holder = storage.instances().find(instanceId);
            if (holder.isPresent()) {
                return new Rejected(Instance.of(holder.get().row(), null, null));
            }
            // Nobody has the ID: this start slept so long that it was buried, or the holder was purged just now.
        }
        throw new StorageException("The start of '" + instanceId + "' was overtaken again and again.", null);
    }

    /** Whether this start, and no other, took the ID. When it says no, that is final. */
    private boolean insert(InstanceRow row) {
        boolean mayComeLate = false;
        boolean refused = false;
        StorageException trouble = null;
        for (int attempt = 0; attempt < INSERT_ATTEMPTS; attempt++) {
            try {
                if (storage.instances().write(row.key().instanceId(), rowsOf(row)) instanceof WriteOutcome.Written) {
                    return true;
                }
                refused = true;
            } catch (StorageException unanswered) {
                mayComeLate = true;
                trouble = unanswered;
            }
            try {
                if (isProven(row.key())) {
                    return true;
                }
                if (!mayComeLate) {
                    return false;
                }
                if (refused || storage.instances().find(row.key().instanceId()).isPresent()) {
                    // Whether or not the tombstone could be written, the insert cannot come any more: the proof
                    // decides.
                    bury(row.key());
                    return isProven(row.key());
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
            }
            pause(FIRST_PAUSE.multipliedBy(1L << attempt), row.key().instanceId());
        }
        throw new OutcomeUnknownException(row.key().instanceId(), trouble);
    }

    private static List<RowChange> rowsOf(InstanceRow row) {
        ExecutionKey key = row.key();
        return List.of(
                new RowChange.InsertInstance(row),
                new RowChange.InsertGate(new Gate(key.executionId(), false)),
                new RowChange.InsertAnswer(new AnswerRow(key.instanceId(), key.executionId(), key.executionId())));
    }

    private boolean isProven(ExecutionKey key) {
        return storage.instances()
                .findAnswer(key.instanceId(), key.executionId())
                .isPresent();
    }

    /** Makes sure that the insert cannot be written any more, if it was not written yet. */
    private void bury(ExecutionKey key) {
        RowChange tombstone = new RowChange.InsertGate(new Gate(key.executionId(), true));
        storage.instances().write(key.instanceId(), List.of(tombstone));
    }

    /** Spares the queue a message that has nothing to do. If it fails, whoever receives the message finds that out. */
    private void withdraw(WorkQueue.Receipt message, @Nullable Payload saved) {
        try {
            storage.queue().takeBack(message);
            storage.payloads().discard(saved);
        } catch (StorageException harmless) {
            // The message buries what cannot come any more, and the payload belongs to nobody.
        }
    }

    private void pause(Duration time, String instanceId) {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknownException(instanceId, stop);
        }
    }
}
