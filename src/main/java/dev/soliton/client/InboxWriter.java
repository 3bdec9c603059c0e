package dev.soliton.client;

import dev.soliton.store.Gate;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxItem.Event;
import dev.soliton.store.InboxRow;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes into the inbox of an execution, for callers and for other instances.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>Nothing arrives for an execution that has ended, and none ends over an unread entry</em>: the row
 *       and a touch of the execution's gate are one transaction. The gate is there exactly while the execution is live,
 *       and each commit of a turn requires it as it was read.
 *   <li><em>What was refused stays refused</em>: a gate does not come back. An execution that is rewound has another one,
 *       that of its next {@link Incarnation}; so an attempt that is minutes late, or was made by somebody who knew the life
 *       before, finds no gate.
 *   <li><em>What arrived is processed</em>: a message is put after the row, and before the sender gets its answer.
 *   <li><em>What has a receipt arrives once</em>: the receipt is in the same transaction, and stays when the row is gone.
 *   <li><em>An event without a receipt is sent once</em>: if no answer comes it may have been processed already, and sent
 *       again it would be two. All else may arrive twice, which changes nothing.
 * </ul>
 *
 * <p>Crash points: before the transaction, nothing happened. Between transaction and message, the row lies there until
 * something else leads to a turn of the execution; its sender got no answer, and a repetition under the same receipt
 * puts the message that was missing. After the message, a turn will come.
 */
public final class InboxWriter {
    /** How often something without an answer is sent, and how often it is searched for. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Storage storage;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;
    private final AtomicLong lastSequence = new AtomicLong();

    /** What became of something that was sent. */
    public enum Outcome {
        /** It is stored; where an answer was lost, by this or by an earlier attempt. */
        DELIVERED,
        /** An earlier attempt is stored, and nothing refers to the values of this one. */
        ALREADY_THERE,
        /** The execution has ended; this is not stored and never will be. */
        NO_GATE
    }

    /**
     * A way into the instances of the storage given.
     *
     * @param ids a fresh unique ID at each call
     */
    public InboxWriter(Storage storage, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.waits = waits;
    }

    /** A row with a key that nothing else has. */
    public InboxRow row(String executionId, InboxItem item) {
        long sequence = nextSequence();
        return new InboxRow(executionId, String.format(Locale.ROOT, "%020d-%s", sequence, ids.get()), sequence, item);
    }

    /**
     * What makes an execution live again that has failed: its row, the gate of its new incarnation, and the request that the turn reads that
     * follows. A message that names the state of the row is to be put before.
     *
     * @param live the row that it is to have
     * @param reason why, for its history; null for none
     */
    public List<RowChange> rewind(Versioned<InstanceRow> failed, InstanceRow live, @Nullable String reason) {
        InboxItem item = new InboxItem.Rewind(reason, failed.row().values().failure());
        return List.of(
                new RowChange.ReplaceInstance(live, failed.etag()),
                new RowChange.InsertGate(Gate.of(live.life())),
                new RowChange.InsertInbox(row(live.key().executionId(), item)));
    }

    /**
     * A row with a key of the sender's choice: while one of that key is there, another is not let in.
     *
     * @param key characters that are allowed in a table's key
     */
    public InboxRow row(String executionId, String key, InboxItem item) {
        return new InboxRow(executionId, key, nextSequence(), item);
    }

    /**
     * Sends something to one life of an execution, and sees to it that a turn follows.
     *
     * @param instanceId the instance that the row's execution is of
     * @param proof what outlives the row, so that it is not accepted again once it is processed; null for none
     * @throws StorageException if the storage gave no clear answer, however often it was asked: it may be stored or not, with
     *     or without the message that leads to a turn
     */
    public Outcome deliver(String instanceId, Incarnation incarnation, InboxRow row, @Nullable Receipt proof) {
        return deliver(instanceId, row, new Attempt(incarnation, proof, false));
    }

    /**
     * Sends something to an execution, however often that was rewound. Only for what says the same in each of its lives.
     *
     * @see #deliver(String, Incarnation, InboxRow, Receipt)
     */
    public Outcome deliver(String instanceId, InboxRow row) {
        return deliver(instanceId, row, new Attempt(Incarnation.first(row.executionId()), null, true));
    }

    private Outcome deliver(String instanceId, InboxRow row, Attempt first) {
        Outcome outcome = insert(instanceId, row, first);
        if (outcome != Outcome.NO_GATE) {
            // Also for what was there before: its sender may have died before it put this message.
            storage.queue().put(WorkMessage.wake(instanceId, row.executionId(), null), Duration.ZERO);
        }
        return outcome;
    }

    /**
     * What is sent to where.
     *
     * @param follows whether it is for the next life, too, where that one has ended
     */
    private record Attempt(Incarnation incarnation, @Nullable Receipt proof, boolean follows) {
        List<RowChange> changes(InboxRow row) {
            List<RowChange> changes = new ArrayList<>();
            changes.add(new RowChange.InsertInbox(row));
            changes.add(new RowChange.TouchGate(incarnation, null));
            if (proof != null) {
                changes.add(new RowChange.InsertReceipt(proof));
            }
            return changes;
        }
    }

    private Outcome insert(String instanceId, InboxRow row, Attempt first) {
        Attempt sent = first;
        boolean mayComeTwice = sent.proof() != null || !(row.item() instanceof Event);
        boolean mayBeSent = true;
        boolean unanswered = false;
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempt > 0) {
                pause(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
            }
            boolean refused = false;
            try {
                if (mayBeSent) {
                    if (storage.instances().write(instanceId, sent.changes(row)) instanceof WriteOutcome.Written) {
                        return Outcome.DELIVERED;
                    }
                    refused = true;
                }
            } catch (StorageException noAnswer) {
                trouble = noAnswer;
                unanswered = true;
                mayBeSent = mayComeTwice;
            }
            try {
                if (sent.proof() != null) {
                    if (isProven(instanceId, sent.proof())) {
                        return unanswered ? Outcome.DELIVERED : Outcome.ALREADY_THERE;
                    }
                    if (!refused) {
                        continue;
                    }
                }
                Partition seen = storage.instances().loadWithoutJournal(instanceId);
                Optional<InboxRow> there = there(row, seen);
                if (there.isPresent()) {
                    boolean mayBeThis = unanswered && there.get().item().equals(row.item());
                    return mayBeThis ? Outcome.DELIVERED : Outcome.ALREADY_THERE;
                }
                // The gate of a life that has ended does not come back: an attempt that is on its way is refused too.
                if (refused && !seen.isLive(sent.incarnation())) {
                    Incarnation next = seen.liveOf(row.executionId()).orElse(null);
                    if (next == null || !sent.follows()) {
                        return Outcome.NO_GATE;
                    }
                    sent = new Attempt(next, sent.proof(), true);
                }
            } catch (StorageException noAnswer) {
                trouble = noAnswer;
            }
        }
        throw new StorageException(
                "The storage did not tell whether something came in for '" + instanceId + "'.", trouble);
    }

    private boolean isProven(String instanceId, Receipt proof) {
        return storage.instances().findReceipt(instanceId, proof.key()).isPresent();
    }

    private static Optional<InboxRow> there(InboxRow row, Partition seen) {
        return seen.inbox(row.executionId()).stream()
                .map(InboxEntry::row)
                .filter(found -> found.key().equals(row.key()))
                .findFirst();
    }

    /** The clock in microseconds, or one more than the last number where the clock has not moved on. */
    private long nextSequence() {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        return lastSequence.updateAndGet(last -> Math.max(last + 1, now));
    }

    private void pause(Duration time) {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StorageException("Interrupted while the storage did not answer.", stop);
        }
    }
}
