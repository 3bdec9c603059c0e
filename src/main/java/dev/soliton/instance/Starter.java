package dev.soliton.instance;

import dev.soliton.instance.StartOutcome.Rejected;
import dev.soliton.instance.StartOutcome.Started;
import dev.soliton.instance.WorkMessage.Base;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The start of an instance whose ID was seen to be free.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>One start wins, and is told so</em>: see {@link Acceptance}.
 *   <li><em>An accepted start has a message</em>: the message is put before the row. Whoever receives it before the row
 *       is there waits, and in the end buries the execution under a tombstone in the place of its gate, which makes a
 *       late insert fail as a whole.
 * </ul>
 *
 * <p>Crash points: before the message, nothing happened. Between message and row, the message finds no row and buries
 * the execution; the ID is free all the while. After the row, the message is there to run it.
 */
final class Starter {
    /** How often a start begins anew after it was buried because it took so long. */
    private static final int BURIALS_SURVIVED = 3;

    private final Storage storage;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Acceptance acceptance;

    Starter(Storage storage, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.acceptance = new Acceptance(storage.instances(), waits);
    }

    StartOutcome start(String name, String instanceId, @Nullable String input) {
        for (int burials = 0; burials < BURIALS_SURVIVED; burials++) {
            String executionId = ids.get();
            Payload saved = storage.payloads().save(instanceId, executionId, input);
            WorkQueue.Receipt message =
                    storage.queue().put(WorkMessage.start(instanceId, executionId, Base.NO_ROW), Duration.ZERO);
            ExecutionKey key = new ExecutionKey(instanceId, executionId, 0);
            InstanceRow row = InstanceRow.pending(
                    key, name, null, saved, clock.instant().truncatedTo(ChronoUnit.MICROS), ids.get());
            if (acceptance.tryAccept(row, null).isPresent()) {
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

    /** Spares the queue a message that has nothing to do. If it fails, whoever receives the message finds that out. */
    private void withdraw(WorkQueue.Receipt message, @Nullable Payload saved) {
        try {
            storage.queue().takeBack(message);
            storage.payloads().discard(saved);
        } catch (StorageException harmless) {
            // The message buries what cannot come any more, and the payload belongs to nobody.
        }
    }
}
