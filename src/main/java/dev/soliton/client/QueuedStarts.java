package dev.soliton.client;

import dev.soliton.client.StartOutcome.Queued;
import dev.soliton.client.StartOutcome.Replaced;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.QueuedRun;
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
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Queues a run behind the live holder of an ID.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>One run follows, with the input of the last request</em>: it is stored on the gate of the holder, in the
 *       place of any earlier one, and its ID is derived from the holder's.
 *   <li><em>An accepted run runs</em>: the gate is there exactly while the holder is live, and the write that ends the
 *       holder requires it as it was read. So the run needs no wake message: see {@link QueuedRun}.
 *   <li><em>The holder is terminated for a run, or there is neither</em>: the request to terminate is in the same
 *       write.
 *   <li><em>An earlier request does not overwrite the last one</em>: a request is written once. If it gets no answer,
 *       the write may still arrive, so it is not sent again, but searched for. A request with an idempotency key is
 *       sent again, since its receipt lets it in only once.
 * </ul>
 *
 * <p>Crash points: before the write, there may be an input that nothing refers to. After it, the run will follow. But a
 * request to terminate stays in the inbox without a message, until something else leads to a turn of the holder, or a
 * repetition of the start under its key puts the message.
 */
final class QueuedStarts {
    /** How often a write without an answer is sent, or searched for. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Storage storage;
    private final InboxWriter inboxWriter;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;

    /**
     * The holder of an ID, as it was read.
     *
     * @param queuedRun the queued run; null for none
     */
    record Holder(Versioned<InstanceRow> instance, @Nullable QueuedRun queuedRun) {

        static Optional<Holder> of(Partition seen) {
            return seen.instance().map(instance -> new Holder(instance, followerOf(instance.row(), seen)));
        }

        /** A holder of which only the row is known. */
        static Holder of(Versioned<InstanceRow> instance) {
            return new Holder(instance, instance.row().queuedRun());
        }

        private static @Nullable QueuedRun followerOf(InstanceRow row, Partition seen) {
            return row.queuedRun() != null
                    ? row.queuedRun()
                    : seen.gate(row.key().executionId())
                            .map(gate -> gate.row().queuedRun())
                            .orElse(null);
        }

        InstanceRow row() {
            return instance.row();
        }
    }

    /** The outcome of a write. */
    private enum QueueOutcome {
        ACCEPTED,
        /** The write was refused, and cannot arrive any more. */
        REFUSED,
        /**
         * The holder has ended. It is not known whether this run was accepted; if it was, another may have replaced it.
         */
        OVERTAKEN
    }

    QueuedStarts(Storage storage, InboxWriter inboxWriter, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.storage = storage;
        this.inboxWriter = inboxWriter;
        this.clock = clock;
        this.ids = ids;
        this.waits = waits;
    }

    /**
     * Queues the plan's run behind a live holder.
     *
     * @param replaces whether the holder is terminated for it
     * @return empty if the holder has ended
     * @throws OutcomeUnknownException if the storage gave no clear answer
     */
    Optional<StartOutcome> tryFollow(StartPlan plan, Holder holder, boolean replaces) {
        ExecutionKey key = holder.row().key();
        ExecutionKey next = QueuedRun.keyAfter(key);
        StartOutcome.Accepted accepted = replaces
                ? new Replaced(key.instanceId(), next.executionId())
                : new Queued(key.instanceId(), next.executionId());
        Payload input = storage.payloads().save(key.instanceId(), next.executionId(), plan.input());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        QueuedRun run = new QueuedRun(
                plan.name(), input, StartPlan.begins(plan.options().startAt(), now), now, ids.get());
        Receipt receipt = plan.receiptOf(accepted).orElse(null);
        List<RowChange> changes = new ArrayList<>();
        changes.add(new RowChange.QueueRun(holder.row().incarnation(), run));
        if (replaces) {
            InboxItem end = new InboxItem.Terminate("Replaced by the execution '" + next.executionId() + "'.");
            changes.add(new RowChange.InsertInbox(inboxWriter.row(key.executionId(), end)));
        }
        if (receipt != null) {
            changes.add(new RowChange.InsertReceipt(receipt));
        }
        switch (write(holder.row(), run, receipt, changes)) {
            case ACCEPTED -> {
                if (replaces) {
                    wake(key, receipt != null);
                }
                discard(holder.queuedRun());
                return Optional.of(accepted);
            }
            case REFUSED -> discard(run);
            case OVERTAKEN -> {
                // The run that has begun may have this input.
            }
        }
        return Optional.empty();
    }

    /** Puts the message to terminate a replaced holder, which may not have been put. */
    void repeat(Replaced replaced) {
        Optional<ExecutionKey> holder;
        try {
            holder = storage.instances()
                    .findRow(replaced.instanceId())
                    .map(found -> found.row().key())
                    .filter(key -> QueuedRun.keyAfter(key).executionId().equals(replaced.executionId()));
        } catch (StorageException unanswered) {
            throw OutcomeUnknownException.ofQueuedRun(replaced.instanceId(), true, unanswered);
        }
        holder.ifPresent(key -> wake(key, true));
    }

    private void wake(ExecutionKey key, boolean hasKey) {
        try {
            storage.queue().put(WorkMessage.wake(key.instanceId(), key.executionId(), null), Duration.ZERO);
        } catch (StorageException unanswered) {
            throw OutcomeUnknownException.ofQueuedRun(key.instanceId(), hasKey, unanswered);
        }
    }

    private QueueOutcome write(InstanceRow holder, QueuedRun run, @Nullable Receipt receipt, List<RowChange> changes) {
        String instanceId = holder.key().instanceId();
        boolean mayComeLate = false;
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempt > 0) {
                pause(instanceId, FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
            }
            boolean refused = false;
            if (receipt != null || !mayComeLate) {
                try {
                    if (storage.instances().write(instanceId, changes) instanceof WriteOutcome.Written) {
                        return QueueOutcome.ACCEPTED;
                    }
                    if (!mayComeLate) {
                        return QueueOutcome.REFUSED;
                    }
                    refused = true;
                } catch (StorageException unanswered) {
                    mayComeLate = true;
                    trouble = unanswered;
                }
            }
            try {
                QueueOutcome known = receipt == null ? outcomeByRows(holder, run) : outcomeByReceipt(receipt, refused);
                if (known != null) {
                    return known;
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
            }
        }
        throw OutcomeUnknownException.ofQueuedRun(instanceId, receipt != null, trouble);
    }

    /** The outcome of an unanswered write, by its receipt; null if that does not show it. */
    private @Nullable QueueOutcome outcomeByReceipt(Receipt receipt, boolean refused) {
        if (storage.instances().findReceipt(receipt.instanceId(), receipt.key()).isPresent()) {
            // Or another start under the same key, which finds the same answer then.
            return QueueOutcome.OVERTAKEN;
        }
        // The gate of an ended incarnation does not come back, so an attempt that is still on its way is refused too.
        return refused ? QueueOutcome.REFUSED : null;
    }

    /** The outcome of an unanswered write without a receipt, by the rows; null if these do not show it. */
    private @Nullable QueueOutcome outcomeByRows(InstanceRow holder, QueuedRun run) {
        ExecutionKey key = holder.key();
        Partition seen = storage.instances().loadWithoutJournal(key.instanceId());
        if (seen.isLive(holder.incarnation())) {
            return isOf(run, seen.gate(key.executionId()).orElseThrow().row().queuedRun())
                    ? QueueOutcome.ACCEPTED
                    : null;
        }
        if (isOf(run, seen.instance().map(row -> row.row().queuedRun()).orElse(null))) {
            return QueueOutcome.ACCEPTED;
        }
        String next = QueuedRun.keyAfter(key).executionId();
        boolean began = storage.instances()
                .findReceipt(key.instanceId(), next)
                .map(Receipt::reply)
                .filter(reply -> reply.request().equals(run.askId()))
                .isPresent();
        return began ? QueueOutcome.ACCEPTED : QueueOutcome.OVERTAKEN;
    }

    private static boolean isOf(QueuedRun run, @Nullable QueuedRun found) {
        return found != null && found.askId().equals(run.askId());
    }

    private void discard(@Nullable QueuedRun run) {
        try {
            storage.payloads().discard(run == null ? null : run.input());
        } catch (StorageException harmless) {
            // The input belongs to nobody.
        }
    }

    private void pause(String instanceId, Duration time) {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw OutcomeUnknownException.ofQueuedRun(instanceId, false, stop);
        }
    }
}
