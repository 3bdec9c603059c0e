package dev.soliton.client;

import dev.soliton.client.QueuedStarts.Holder;
import dev.soliton.client.StartOutcome.Attached;
import dev.soliton.client.StartOutcome.Rejected;
import dev.soliton.client.StartOutcome.Replaced;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.time.InstantSource;
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
 * <p>The starter reads the holder of the ID and has {@link StartDecision} decide. {@link StartWriter} and
 * {@link QueuedStarts} write; their crash points are described there.
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
    private final Supplier<String> ids;
    private final Waits waits;
    private final Signals signals;
    private final StartWriter writer;
    private final QueuedStarts queuedStarts;

    Starter(
            Storage storage,
            InboxWriter inboxWriter,
            Signals signals,
            InstantSource clock,
            Supplier<String> ids,
            Waits waits) {
        this.storage = storage;
        this.ids = ids;
        this.waits = waits;
        this.signals = signals;
        this.writer = new StartWriter(storage, inboxWriter, clock, ids, waits);
        this.queuedStarts = new QueuedStarts(storage, inboxWriter, clock, ids, waits);
    }

    StartOutcome start(StartPlan plan) {
        Execution execution = new Execution(plan);
        while (execution.round < ROUNDS && !execution.givesUp) {
            Optional<StartOutcome> known = repeated(plan);
            if (known.isPresent()) {
                return known.get();
            }
            Holder holder =
                    execution.round == 0 && plan.isFresh() ? null : holder(plan).orElse(null);
            StartDecision decision = StartDecision.of(holder, plan.options());
            Optional<StartOutcome> outcome = decision.match(execution);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            if (!execution.givesUp && !(decision instanceof StartDecision.AwaitRelease)) {
                backOff(execution.round);
            }
            execution.round++;
        }
        return overtaken(plan, execution.trouble);
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

    /** Raises the event of the plan for the existing instance, or starts the instance together with it. */
    StartOutcome raiseOrStart(StartPlan plan, StartPlan.FirstEvent event) {
        Execution execution = new Execution(plan);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<StartOutcome> known = earlierReply(plan);
            if (known.isPresent()) {
                return known.get();
            }
            SignalOutcome signalled = plan.isFresh() ? new SignalOutcome.NotFound() : signals.raise(plan, event);
            if (signalled instanceof SignalOutcome.Accepted accepted) {
                return attached(plan, accepted);
            }
            Holder holder = storage.instances()
                    .findRow(plan.instanceId())
                    .map(Holder::of)
                    .orElse(null);
            if (holder == null
                    || !holder.row().status().isTerminal()
                    || isOf(holder.row(), signalled)
                    || attempt == ATTEMPTS - 1) {
                execution.pauses = attempt;
                Optional<StartOutcome> outcome =
                        StartDecision.ofRaising(holder, plan.options()).match(execution);
                if (outcome.isPresent()) {
                    return outcome.get();
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

    private void pause(Duration time) {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StorageException("Interrupted while an instance was about to be released.", stop);
        }
    }

    /** Carries out the decisions of one start. Empty if the holder is to be read again. */
    private final class Execution implements StartDecision.Cases<Optional<StartOutcome>> {
        private final StartPlan plan;
        private int round;
        /** How often the start has paused for a holder that is about to be released. */
        private int pauses;
        /** Why the last receipt of an attached start may not be written. */
        private @Nullable StorageException trouble;

        private boolean givesUp;

        Execution(StartPlan plan) {
            this.plan = plan;
        }

        @Override
        public Optional<StartOutcome> insert() {
            return writer.tryStart(plan, null);
        }

        @Override
        public Optional<StartOutcome> refuse(InstanceRow holder) {
            return Optional.of(rejected(plan, holder));
        }

        @Override
        public Optional<StartOutcome> awaitRelease(InstanceRow holder) {
            if (pauses == ATTEMPTS - 1) {
                return Optional.of(rejected(plan, holder));
            }
            pause(FIRST_PAUSE.multipliedBy(1L << pauses));
            pauses++;
            return Optional.empty();
        }

        @Override
        public Optional<StartOutcome> replace(Versioned<InstanceRow> holder) {
            return writer.tryStart(plan, holder);
        }

        @Override
        public Optional<StartOutcome> queueAfter(Holder holder, boolean terminates) {
            return queuedStarts.tryFollow(plan, holder, terminates);
        }

        @Override
        public Optional<StartOutcome> attach(InstanceRow holder) {
            if (plan.event() != null) {
                // It became live after it refused the event: the next attempt raises the event for it.
                return Optional.empty();
            }
            Attached attached = new Attached(plan.instanceId(), holder.key().executionId());
            try {
                return writer.tryAttach(plan, attached, holder.incarnation())
                        ? Optional.of(attached)
                        : Optional.empty();
            } catch (StorageException unanswered) {
                trouble = unanswered;
                givesUp = round >= ATTEMPTS - 1;
                return Optional.empty();
            }
        }
    }
}
