package dev.soliton.client;

import dev.soliton.client.QueuedStarts.Holder;
import dev.soliton.client.StartOutcome.Attached;
import dev.soliton.client.StartOutcome.Rejected;
import dev.soliton.client.StartOutcome.Replaced;
import dev.soliton.client.StartOutcome.Started;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Fingerprint;
import dev.soliton.store.FirstMessage;
import dev.soliton.store.InboxItem;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payload;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkQueue;
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
 * The start of an instance, by the policies of the caller.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>One start wins, and is answered so</em>: see {@link Acceptance}. A finished holder is replaced on its ETag.
 *   <li><em>An accepted start has a message</em>: the message is put before the row, and names as its base the state on
 *       which the write is conditional. A worker that receives it before the row is there waits, and in the end writes
 *       a tombstone in the place of the gate, which makes a late insert fail as a whole.
 *   <li><em>One key, one answer</em>: the answer under an idempotency key is in the transaction that makes it true, and
 *       is read before anything else.
 *   <li><em>Fences do not go back</em>: the fence of an execution is above its predecessor's.
 *   <li><em>A queued run follows its live holder</em>: see {@link QueuedStarts}.
 * </ul>
 *
 * <p>Crash points: before the message, nothing happened. Between message and row, the receiver of the message finds no
 * row and writes a tombstone; the ID is as free as before all the while. After the row, the message is there to run it.
 */
final class Starter {
    /** How often a start begins again because another execution took the ID meanwhile, or because it took so long. */
    private static final int ATTEMPTS = 5;

    /** How often a start begins again because others replaced the holder of the ID first, where all may replace it. */
    private static final int ROUNDS = 12;

    /** The first pause of a start that was overtaken; the pauses grow, and no two starts pause for the same time. */
    private static final Duration ROUND_PAUSE = Duration.ofMillis(20);

    private static final int LONGEST_ROUND = 6;

    /** The first pause for a holder that has ended and is about to be released; each further pause is twice as long. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final Storage storage;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;
    private final InboxWriter inboxWriter;
    private final Signals signals;
    private final Acceptance acceptance;
    private final QueuedStarts queuedStarts;

    Starter(
            Storage storage,
            InboxWriter inboxWriter,
            Signals signals,
            InstantSource clock,
            Supplier<String> ids,
            Waits waits) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.waits = waits;
        this.inboxWriter = inboxWriter;
        this.signals = signals;
        this.acceptance = new Acceptance(storage.instances(), waits);
        this.queuedStarts = new QueuedStarts(storage, inboxWriter, clock, ids, waits);
    }

    StartOutcome start(StartPlan plan) {
        StorageException trouble = null;
        int pauses = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Optional<StartOutcome> known = repeated(plan);
            if (known.isPresent()) {
                return known.get();
            }
            Holder holder = round == 0 && plan.isFresh() ? null : holder(plan).orElse(null);
            if (holder == null) {
                Optional<StartOutcome> started = tryStart(plan, null);
                if (started.isPresent()) {
                    return started.get();
                }
            } else if (isRefused(plan, holder.row())) {
                return rejected(plan, holder.row());
            } else if (holder.row().status().isTerminal()
                    && holder.row().ownership().owner() != null) {
                // Its parent has to be notified, or one of its activities has to return: it is released soon.
                if (pauses == ATTEMPTS - 1) {
                    return rejected(plan, holder.row());
                }
                pause(FIRST_PAUSE.multipliedBy(1L << pauses++));
                continue;
            } else if (holder.row().status().isTerminal()) {
                Optional<StartOutcome> started = tryStart(plan, holder.instance());
                if (started.isPresent()) {
                    return started.get();
                }
            } else if (plan.options().conflict().queues()) {
                Optional<StartOutcome> follows = queuedStarts.tryFollow(plan, holder);
                if (follows.isPresent()) {
                    return follows.get();
                }
            } else {
                try {
                    InstanceRow row = holder.row();
                    Attached attached =
                            new Attached(plan.instanceId(), row.key().executionId());
                    if (tryAttach(plan, attached, row.incarnation())) {
                        return attached;
                    }
                } catch (StorageException unanswered) {
                    trouble = unanswered;
                    if (round >= ATTEMPTS - 1) {
                        break;
                    }
                }
            }
            backOff(round);
        }
        return overtaken(plan, trouble);
    }

    /** Lets other starts of the same ID go first. The first time there may be none: the ID changed hands once. */
    private void backOff(int round) {
        if (round > 0) {
            Duration pause = ROUND_PAUSE.multipliedBy(1L << Math.min(round, LONGEST_ROUND));
            int share = Math.floorMod(ids.get().hashCode(), 256);
            pause(pause.dividedBy(2).plus(pause.multipliedBy(share).dividedBy(512)));
        }
    }

    /**
     * The answer to a caller that was overtaken in each round: the current holder of the ID. The storage did answer.
     */
    private StartOutcome overtaken(StartPlan plan, @Nullable StorageException trouble) {
        if (trouble == null) {
            Optional<Versioned<InstanceRow>> holder = storage.instances().findRow(plan.instanceId());
            if (holder.isPresent()) {
                return rejected(plan, holder.get().row());
            }
        }
        throw new StorageException("The start of '" + plan.instanceId() + "' was overtaken again and again.", trouble);
    }

    /** The holder of the ID. Its queued run is on its gate, which is read only where it matters. */
    private Optional<Holder> holder(StartPlan plan) {
        return plan.options().conflict().queues()
                ? Holder.of(storage.instances().loadWithoutJournal(plan.instanceId()))
                : storage.instances().findRow(plan.instanceId()).map(Holder::of);
    }

    /** Whether the holder keeps the plan from the ID; a holder that a queued run follows counts as not ended. */
    private static boolean isRefused(StartPlan plan, InstanceRow holder) {
        boolean hasEnded = holder.status().isTerminal() && holder.queuedRun() == null;
        return hasEnded
                ? !plan.options().allowsReuse(holder.status())
                : plan.options().conflict() == ConflictPolicy.FAIL;
    }

    /** Raises the event of the plan for the existing instance, or starts the instance together with it. */
    StartOutcome raiseOrStart(StartPlan plan, StartPlan.FirstEvent event) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<StartOutcome> known = earlierReply(plan);
            if (known.isPresent()) {
                return known.get();
            }
            SignalOutcome signalled = plan.isFresh() ? new SignalOutcome.NotFound() : signals.raise(plan, event);
            if (signalled instanceof SignalOutcome.Accepted accepted) {
                return attached(plan, accepted);
            }
            Versioned<InstanceRow> holder =
                    storage.instances().findRow(plan.instanceId()).orElse(null);
            if (holder == null) {
                Optional<StartOutcome> started = tryStart(plan, null);
                if (started.isPresent()) {
                    return started.get();
                }
            } else if (holder.row().status().isTerminal()
                    && (isOf(holder.row(), signalled) || attempt == ATTEMPTS - 1)) {
                InstanceRow row = holder.row();
                boolean isReleased = row.ownership().owner() == null;
                boolean isTaken = row.queuedRun() == null && !plan.options().allowsReuse(row.status());
                if (isTaken || (!isReleased && attempt == ATTEMPTS - 1)) {
                    return rejected(plan, row);
                }
                if (!isReleased) {
                    pause(FIRST_PAUSE.multipliedBy(1L << attempt));
                } else {
                    Optional<StartOutcome> started = tryStart(plan, holder);
                    if (started.isPresent()) {
                        return started.get();
                    }
                }
            }
        }
        return overtaken(plan, null);
    }

    /**
     * Whether the row is of the execution that refused the event because it has ended. Another one may have begun with
     * the same event; the caller checks that first.
     */
    private static boolean isOf(InstanceRow ended, SignalOutcome signalled) {
        return signalled instanceof SignalOutcome.Ended answer
                && answer.instance().executionId().equals(ended.key().executionId());
    }

    /**
     * The answer to a caller that does not get the ID. The holder may have been started under the same key since the
     * receipt was read: its receipt was written with its row.
     */
    private StartOutcome rejected(StartPlan plan, InstanceRow holder) {
        if (EndedHolder.isKept(holder)) {
            EndedHolder.wake(storage.queue(), holder);
        }
        return repeated(plan).orElseGet(() -> new Rejected(Instance.of(holder, null, null)));
    }

    /**
     * The answer to a caller whose event was stored. If the request has a key, another request may have been first
     * under it; then the answer is that of the first.
     */
    private StartOutcome attached(StartPlan plan, SignalOutcome.Accepted accepted) {
        try {
            return repeated(plan).orElseGet(() -> new Attached(plan.instanceId(), accepted.executionId()));
        } catch (StorageException unanswered) {
            throw OutcomeUnknownException.ofStart(plan.instanceId(), unanswered);
        }
    }

    /**
     * The answer that a request under the same idempotency key got, if it had an effect; this also puts the message
     * that the effect needs.
     */
    Optional<StartOutcome> earlierReply(StartPlan plan) {
        return repeated(plan).map(known -> plan.event() == null ? known : wokenFor(known, plan));
    }

    /** The process that raised the event under the same key first may have died before it put the message. */
    private StartOutcome wokenFor(StartOutcome known, StartPlan plan) {
        if (known instanceof Attached attached) {
            try {
                storage.queue()
                        .put(WorkMessage.wake(attached.instanceId(), attached.executionId(), null), Duration.ZERO);
            } catch (StorageException unanswered) {
                throw OutcomeUnknownException.ofStart(plan.instanceId(), unanswered);
            }
        }
        return known;
    }

    /** The answer that a start under the same idempotency key got. */
    private Optional<StartOutcome> repeated(StartPlan plan) {
        String key = plan.receiptKey();
        if (key == null) {
            return Optional.empty();
        }
        Optional<StartOutcome> known =
                storage.instances().findReceipt(plan.instanceId(), key).map(plan::repeated);
        if (known.isPresent() && known.get() instanceof Replaced replaced) {
            queuedStarts.repeat(replaced);
        }
        return known;
    }

    /**
     * Starts the instance, if the ID is still free, or still has the same holder.
     *
     * @return empty if the ID has another holder now
     */
    private Optional<StartOutcome> tryStart(StartPlan plan, @Nullable Versioned<InstanceRow> holder) {
        String instanceId = plan.instanceId();
        Started started = new Started(instanceId, ids.get());
        ExecutionKey key = new ExecutionKey(instanceId, started.executionId(), 0);
        Payload saved = storage.payloads().save(instanceId, key.executionId(), plan.input());
        List<RowChange> more = new ArrayList<>();
        plan.receiptOf(started).map(RowChange.InsertReceipt::new).ifPresent(more::add);
        Payload raised = raise(plan, key, more);
        Instant now = now();
        Instant begins = StartPlan.begins(plan.options().startAt(), now);
        Base base = holder == null ? Base.NO_ROW : new Base(holder.etag());
        WorkQueue.MessageReceipt message = FirstMessage.put(storage.queue(), key, base, begins, now);
        InstanceRow row = InstanceRow.pending(key, plan.name(), null, saved, now, ids.get())
                .beginningAt(begins)
                .fencedFrom(storage.instances().serviceTime())
                .fencedAbove(holder == null ? null : holder.row());
        if (isAccepted(plan, row, holder == null ? null : holder.etag(), more)) {
            if (holder != null) {
                discard(holder.row().values());
            }
            return Optional.of(started);
        }
        withdraw(message, saved, raised);
        return Optional.empty();
    }

    private boolean isAccepted(StartPlan plan, InstanceRow row, @Nullable String replaced, List<RowChange> more) {
        try {
            return acceptance.tryAccept(row, replaced, more).isPresent();
        } catch (OutcomeUnknownException unknown) {
            throw plan.isFresh()
                    ? OutcomeUnknownException.ofFreshStart(plan.instanceId(), unknown.getCause())
                    : unknown;
        }
    }

    /** Adds the event that is raised with the start. */
    private @Nullable Payload raise(StartPlan plan, ExecutionKey key, List<RowChange> changes) {
        StartPlan.FirstEvent event = plan.event();
        if (event == null) {
            return null;
        }
        Payload payload = storage.payloads().save(key.instanceId(), key.executionId(), event.input());
        InboxItem item = new InboxItem.Event(event.name(), payload);
        String eventId = event.eventId();
        if (eventId == null) {
            changes.add(new RowChange.InsertInbox(inboxWriter.row(key.executionId(), item)));
        } else {
            String fingerprint = Fingerprint.of(eventId);
            changes.add(
                    new RowChange.InsertInbox(inboxWriter.row(key.executionId(), Signals.rowKey(fingerprint), item)));
            changes.add(new RowChange.InsertReceipt(Receipt.ofEvent(key.instanceId(), key.executionId(), fingerprint)));
        }
        return payload;
    }

    /**
     * Writes the receipt that the caller is attached to an execution, if that is still live.
     *
     * @throws StorageException if the storage failed; the receipt may have been written
     */
    private boolean tryAttach(StartPlan plan, Attached attached, Incarnation incarnation) {
        Optional<Receipt> proof = plan.receiptOf(attached);
        if (proof.isEmpty()) {
            return true;
        }
        List<RowChange> changes =
                List.of(new RowChange.InsertReceipt(proof.get()), new RowChange.TouchGate(incarnation, null));
        return storage.instances().write(plan.instanceId(), changes) instanceof WriteOutcome.Written;
    }

    /**
     * Removes the payloads of a start that has lost, and then its message, which has nothing to do. The message is the
     * last: its receiver would write a tombstone, and the tombstone leads a purge to payloads that are left.
     */
    private void withdraw(WorkQueue.MessageReceipt message, @Nullable Payload input, @Nullable Payload event) {
        try {
            storage.payloads().discard(input);
            storage.payloads().discard(event);
            storage.queue().takeBack(message);
        } catch (StorageException harmless) {
            // The message is there.
        }
    }

    /**
     * Removes the payloads of an instance that was replaced. The turns of the next one remove those that its journal
     * names.
     */
    private void discard(InstanceRow.Values values) {
        try {
            storage.payloads().discard(values);
        } catch (StorageException harmless) {
            // Nobody will ever read them; a purge of the instance finds them.
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
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
