package dev.soliton.client;

import dev.soliton.client.RewindOutcome.NotFailed;
import dev.soliton.client.RewindOutcome.NotFound;
import dev.soliton.client.RewindOutcome.Rewound;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome.Written;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rewinds failed executions. The turn that follows decides what they discard.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>One rewind of one failure</em>: the write is conditional on the row of the failed and released execution,
 *       and makes it {@code Pending}. It adds a gate, and the request that the next turn reads.
 *   <li><em>What the failed execution refused stays refused</em>: the gate is that of a new {@link Incarnation}, and
 *       has another name. So an entry for the previous incarnation that is still on its way is refused.
 *   <li><em>A rewound instance has a message</em>: the message is put before the row is written, and names as its base
 *       the state on which the write is conditional. A worker that receives it earlier waits, and in the end changes
 *       that state, so that a late write fails.
 *   <li><em>The caller that rewinds is answered so</em>: without an answer the row is read. It is the one that was
 *       written; or the execution has gone on, which takes a rewind: this one, or another of the same failure.
 * </ul>
 *
 * <p>Crash points: before the write nothing happened, and the message finds the execution ended. After it the message
 * leads to a turn.
 */
final class Rewind {
    private static final int ATTEMPTS = 5;

    /** The first pause for an owner that is about to release the execution; each further pause is twice as long. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Storage storage;
    private final InboxWriter inboxWriter;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;

    Rewind(Storage storage, InboxWriter inboxWriter, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.storage = storage;
        this.inboxWriter = inboxWriter;
        this.clock = clock;
        this.ids = ids;
        this.waits = waits;
    }

    RewindOutcome rewind(String instanceId, @Nullable String reason) {
        InstanceRow sent = null;
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            InstanceRow sending = null;
            try {
                Optional<Versioned<InstanceRow>> found = storage.instances().findRow(instanceId);
                if (found.isEmpty()) {
                    return new NotFound();
                }
                InstanceRow row = found.get().row();
                if (sent != null && hasGoneOn(row, sent)) {
                    return new Rewound(row.key().executionId());
                }
                if (attempt == ATTEMPTS - 1 && EndedHolder.isKept(row)) {
                    EndedHolder.wake(storage.queue(), row);
                }
                if (row.status() != RuntimeStatus.FAILED
                        || (row.ownership().owner() != null && attempt == ATTEMPTS - 1)) {
                    return new NotFailed(Instance.of(row, null, null));
                }
                if (row.ownership().owner() == null) {
                    Base base = new Base(found.get().etag());
                    WorkMessage wake = WorkMessage.wake(instanceId, row.key().executionId(), base);
                    WorkQueue.MessageReceipt message = storage.queue().put(wake, Duration.ZERO);
                    sending = row;
                    if (storage.instances().write(instanceId, changes(found.get(), reason)) instanceof Written) {
                        return new Rewound(row.key().executionId());
                    }
                    sending = null;
                    storage.queue().takeBack(message);
                }
            } catch (StorageException unanswered) {
                sent = sending == null ? sent : sending;
                trouble = unanswered;
            }
            pause(FIRST_PAUSE.multipliedBy(1L << attempt));
        }
        if (sent != null && trouble != null) {
            throw OutcomeUnknownException.ofRewind(instanceId, trouble);
        }
        throw new StorageException("The instance '" + instanceId + "' could not be rewound.", trouble);
    }

    private List<RowChange> changes(Versioned<InstanceRow> failed, @Nullable String reason) {
        InstanceRow row = failed.row();
        InstanceRow live = row.rewound(clock.instant().truncatedTo(ChronoUnit.MICROS), ids.get());
        return inboxWriter.rewind(failed, live, reason);
    }

    /** Whether a failed execution has been live since. */
    private static boolean hasGoneOn(InstanceRow row, InstanceRow failed) {
        return row.key().executionId().equals(failed.key().executionId()) && row.rewinds() > failed.rewinds();
    }

    private void pause(Duration time) {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StorageException("Interrupted while an instance was about to be released.", stop);
        }
    }
}
