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
 *   <li><em>What was refused stays refused</em>: a gate does not come back. A rewound execution has another one, that
 *       of its next {@link Incarnation}. So an attempt finds no gate if it is minutes late, or if its sender knew only
 *       the previous incarnation.
 *   <li><em>What arrived is processed</em>: a message is put after the row, and before the sender gets its answer.
 *   <li><em>An entry with a receipt arrives once</em>: the receipt is in the same transaction, and stays when the row
 *       is gone.
 *   <li><em>An event without a receipt is sent once</em>: without an answer it may have been processed already, and a
 *       second attempt would make it two. All else may arrive twice, which changes nothing.
 * </ul>
 *
 * <p>Crash points: before the transaction, nothing happened. Between transaction and message, the row stays until
 * something else leads to a turn of the execution; its sender got no answer, and a repetition under the same receipt
 * puts the missing message. After the message, a turn will follow.
 */
public final class InboxWriter {
    /** How often an entry without an answer is sent, and how often the writer searches for it. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Storage storage;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;
    private final AtomicLong lastSequence = new AtomicLong();

    /** The result of a delivery. */
    public enum Outcome {
        /** The entry is stored: by this attempt, or by an earlier one whose answer was lost. */
        DELIVERED,
        /** The entry of an earlier attempt is stored, and nothing refers to the payloads of this one. */
        ALREADY_THERE,
        /** The execution has ended. The entry is not stored and never will be. */
        NO_GATE
    }

    /**
     * Creates a writer to the instances of the given storage.
     *
     * @param ids returns a fresh unique ID at each call
     */
    public InboxWriter(Storage storage, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.waits = waits;
    }

    /** Makes a row with a unique key. */
    public InboxRow row(String executionId, InboxItem item) {
        long sequence = nextSequence();
        return new InboxRow(executionId, String.format(Locale.ROOT, "%020d-%s", sequence, ids.get()), sequence, item);
    }

    /**
     * The changes that rewind a failed execution: its row, the gate of its new incarnation, and the request that the
     * following turn reads. The caller first puts a message that names the state of the row.
     *
     * @param live the new row of the execution
     * @param reason why, for its history; null for none
     */
    public List<RowChange> rewind(Versioned<InstanceRow> failed, InstanceRow live, @Nullable String reason) {
        InboxItem item = new InboxItem.Rewind(reason, failed.row().values().failure());
        return List.of(
                new RowChange.ReplaceInstance(live, failed.etag()),
                new RowChange.InsertGate(Gate.of(live.incarnation())),
                new RowChange.InsertInbox(row(live.key().executionId(), item)));
    }

    /**
     * Makes a row with a key of the sender's choice: while one with that key is there, another is refused.
     *
     * @param key characters that are allowed in a table's key
     */
    public InboxRow row(String executionId, String key, InboxItem item) {
        return new InboxRow(executionId, key, nextSequence(), item);
    }

    /**
     * Delivers an entry to one incarnation of an execution, and makes sure that a turn follows.
     *
     * @param instanceId the instance of the row's execution
     * @param receipt the receipt, which outlives the row, so that the entry is not accepted again once it is processed;
     *     null for none
     * @throws StorageException if the storage gave no clear answer, however often it was asked: the entry may be stored
     *     or not, with or without the message that leads to a turn
     */
    public Outcome deliver(String instanceId, Incarnation incarnation, InboxRow row, @Nullable Receipt receipt) {
        return deliver(instanceId, row, new Attempt(incarnation, receipt, false));
    }

    /**
     * Delivers an entry to an execution, however often that was rewound. The entry must mean the same in each
     * incarnation.
     *
     * @see #deliver(String, Incarnation, InboxRow, Receipt)
     */
    public Outcome deliver(String instanceId, InboxRow row) {
        return deliver(instanceId, row, new Attempt(Incarnation.first(row.executionId()), null, true));
    }

    private Outcome deliver(String instanceId, InboxRow row, Attempt first) {
        Outcome outcome = insert(instanceId, row, first);
        if (outcome != Outcome.NO_GATE) {
            // Also for an entry that was there before: its sender may have died before it put this message.
            storage.queue().put(WorkMessage.wake(instanceId, row.executionId(), null), Duration.ZERO);
        }
        return outcome;
    }

    /**
     * One delivery: its content and its target.
     *
     * @param follows whether it is for the next incarnation, too, if the given one has ended
     */
    private record Attempt(Incarnation incarnation, @Nullable Receipt receipt, boolean follows) {
        List<RowChange> changes(InboxRow row) {
            List<RowChange> changes = new ArrayList<>();
            changes.add(new RowChange.InsertInbox(row));
            changes.add(new RowChange.TouchGate(incarnation, null));
            if (receipt != null) {
                changes.add(new RowChange.InsertReceipt(receipt));
            }
            return changes;
        }
    }

    private Outcome insert(String instanceId, InboxRow row, Attempt first) {
        Attempt sent = first;
        boolean mayComeTwice = sent.receipt() != null || !(row.item() instanceof Event);
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
                if (sent.receipt() != null) {
                    if (hasReceipt(instanceId, sent.receipt())) {
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
                // The gate of an ended incarnation does not come back, so an attempt that is still on its way is
                // refused too.
                if (refused && !seen.isLive(sent.incarnation())) {
                    Incarnation next = seen.liveOf(row.executionId()).orElse(null);
                    if (next == null || !sent.follows()) {
                        return Outcome.NO_GATE;
                    }
                    sent = new Attempt(next, sent.receipt(), true);
                }
            } catch (StorageException noAnswer) {
                trouble = noAnswer;
            }
        }
        throw new StorageException(
                "The storage did not tell whether the inbox has the item for '" + instanceId + "'.", trouble);
    }

    private boolean hasReceipt(String instanceId, Receipt receipt) {
        return storage.instances().findReceipt(instanceId, receipt.key()).isPresent();
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
