package dev.soliton.engine;

import dev.soliton.client.EndNotices;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.turn.InstanceLocks;
import dev.soliton.engine.turn.MessageContext;
import dev.soliton.engine.turn.MessageHandler;
import dev.soliton.engine.turn.MessageSlots;
import dev.soliton.engine.turn.Requeues;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.engine.worker.InFlightMessages;
import dev.soliton.engine.worker.Worker;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.SolitonException;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Processes the queue messages of one process, and runs turns for them. */
public final class Engine {
    private static final Duration LONG = Duration.ofHours(1);

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final EngineServices services;
    private final EngineExecutors executors;
    private final InstanceLocks locks;
    private final Worker worker;
    private final InFlightMessages inFlight;
    private final MessageSlots slots;

    /** An engine for one process. */
    public Engine(
            Storage storage,
            WorkerStore workers,
            EngineExecutors executors,
            TimeAndIds timeAndIds,
            EngineLimits limits) {
        this(storage, workers, executors, timeAndIds, limits, new EndNotices());
    }

    /**
     * An engine for one process.
     *
     * @param endNotices is notified of each instance that ends here
     */
    public Engine(
            Storage storage,
            WorkerStore workers,
            EngineExecutors executors,
            TimeAndIds timeAndIds,
            EngineLimits limits,
            EndNotices endNotices) {
        this.services = new EngineServices(storage, workers, timeAndIds, limits, executors.registry(), endNotices);
        this.executors = executors;
        this.locks = new InstanceLocks(services::elapsed, limits.sharing());
        this.slots = new MessageSlots(limits.sharing());
        this.worker = new Worker(services, workers, executors.housekeeping());
        this.inFlight = worker.inFlight();
    }

    /**
     * Processes a message. If many turns wait, it returns before the turn is over: the turn is detached from the
     * message then, and others find what it owns if this process dies.
     *
     * @throws SolitonException if it failed; the host is to deliver the message again
     */
    public TurnOutcome process(WorkMessage message, InstanceLog log) {
        Executor turns = executors.turns();
        if (turns != null) {
            return processApart(message, turns, log);
        }
        MessageSlots.Slot slot = enter(null);
        try {
            return processInFlight(message, slot, log);
        } finally {
            leave(slot);
        }
    }

    /** A message counts as in flight before anything else happens, so that a stop cannot miss it. */
    private MessageSlots.Slot enter(@Nullable Runnable early) {
        inFlight.enter();
        return slots.enter(services.elapsed(), early);
    }

    private void leave(MessageSlots.Slot slot) {
        slot.leave(services.elapsed());
        inFlight.leave();
    }

    /** Runs a turn on a thread of its own, and waits until it is over or its message is to be answered. */
    private TurnOutcome processApart(WorkMessage message, Executor turns, InstanceLog log) {
        BlockingQueue<Supplier<TurnOutcome>> answers = new LinkedBlockingQueue<>();
        Runnable early = () -> {
            log.leaveInvocation();
            answers.add(() -> TurnOutcome.DETACHED);
        };
        // A message that has failed again and again is never answered early, so that the host counts its failures.
        MessageSlots.Slot slot = enter(PoisonDrain.isLastChance(message) ? null : early);
        boolean begun = false;
        try {
            turns.execute(() -> answers.add(answerOf(message, slot, log)));
            begun = true;
        } finally {
            if (!begun) {
                inFlight.leftToTheHost(message.key());
                leave(slot);
            }
        }
        try {
            Supplier<TurnOutcome> answer;
            do {
                answer = services.take(answers, LONG);
            } while (answer == null);
            return answer.get();
        } catch (TurnStopped interrupted) {
            // The host counts that against the message. Nothing receives the outcome of the turn.
            slot.detach();
            throw interrupted.failure();
        }
    }

    /** Runs a turn, and gives its outcome to the thread that may still wait for it. */
    private Supplier<TurnOutcome> answerOf(WorkMessage message, MessageSlots.Slot slot, InstanceLog log) {
        try {
            TurnOutcome outcome = processInFlight(message, slot, log);
            return () -> outcome;
        } catch (RuntimeException failure) {
            return () -> {
                throw failure;
            };
        } catch (Error failure) {
            return () -> {
                throw failure;
            };
        } finally {
            leave(slot);
        }
    }

    /** Processes a message, and notes whether only the host knows of it afterwards. */
    private TurnOutcome processInFlight(WorkMessage message, MessageSlots.Slot slot, InstanceLog log) {
        boolean answered = false;
        try {
            TurnOutcome outcome = processUnderLease(message, slot, log);
            answered = true;
            if (outcome != TurnOutcome.DROPPED && outcome != TurnOutcome.OWNERSHIP_LOST) {
                inFlight.answered(message.key());
            }
            return outcome;
        } finally {
            if (!answered) {
                // Only the host knows of the message now, and the host may go. If the message was answered early,
                // nobody knows of it.
                inFlight.leftToTheHost(message.key());
            }
        }
    }

    private TurnOutcome processUnderLease(WorkMessage message, MessageSlots.Slot slot, InstanceLog log) {
        Worker.LeaseUse begun;
        try {
            begun = worker.begin();
        } catch (StorageException trouble) {
            return requeueAfter(trouble, message, log);
        } catch (TurnStopped interrupted) {
            throw interrupted.failure();
        }
        // A detached turn uses the lease until it is over: the worker does not release the lease before that.
        try (Worker.LeaseUse use = begun) {
            return answer(message, use.lease(), slot, log);
        }
    }

    private TurnOutcome answer(WorkMessage message, WorkerLease lease, MessageSlots.Slot slot, InstanceLog log) {
        try {
            return processOrRequeue(message, lease, slot, log);
        } catch (RuntimeException | Error failure) {
            if (!slot.endsDetached() || !tryRedeliver(message, failure, lease, slot, log)) {
                throw failure;
            }
            return TurnOutcome.REQUEUED;
        }
    }

    private TurnOutcome processOrRequeue(
            WorkMessage message, WorkerLease lease, MessageSlots.Slot slot, InstanceLog log) {
        try {
            return new MessageHandler(new MessageContext(
                            services, executors, locks, message, lease, slot, log, services.elapsed()))
                    .run();
        } catch (StorageException trouble) {
            return requeueAfter(trouble, message, log);
        }
    }

    /**
     * Puts a message in the place of one that was answered already. It tries as long as this worker lives; after that,
     * the worker record says that the worker has left something behind.
     */
    private boolean tryRedeliver(
            WorkMessage message, Throwable failure, WorkerLease lease, MessageSlots.Slot slot, InstanceLog log) {
        log.warning("turn failed", message.key(), "failure", failure);
        while (!slot.isReplaced() && lease.isValid()) {
            try {
                Requeues.requeueInPlace(services, message, failure, slot);
            } catch (StorageException unanswered) {
                try {
                    services.pause(RETRY);
                } catch (TurnStopped interrupted) {
                    return false;
                }
            }
        }
        return slot.isReplaced();
    }

    /**
     * Ends the work of this process: turns leave the rest of theirs to others, messages that have not begun are
     * requeued, and the worker releases its lease. If that takes longer, the worker leaves a mark, so that others
     * search for the rest.
     *
     * @param limit how long to wait for the messages that the host has given this process
     */
    public void stop(Duration limit) {
        worker.close();
        locks.stopAll();
        worker.leave(limit);
    }

    /**
     * Leaves all that is under way to others, because the host for which it was done is gone. The worker leaves a mark,
     * even if nothing is under way, so that others also search for the messages that the host had received. Messages
     * that arrive later are processed as ever. A second call changes nothing if nothing arrived since the first.
     *
     * @param limit how long to wait for the turns
     */
    public void handOff(Duration limit) {
        locks.stopRunning();
        worker.retire(limit);
    }

    /**
     * Requeues a message after trouble with the storage, which is no fault of the message. If the host received the
     * exception, it would count it against the message, and a long outage would take the message to the poison queue.
     */
    private TurnOutcome requeueAfter(StorageException trouble, WorkMessage message, InstanceLog log) {
        log.warning("storage failed", message.key(), "failure", trouble);
        try {
            return requeue(message, log, "the storage failed");
        } catch (StorageException stillFailing) {
            trouble.addSuppressed(stillFailing);
            throw trouble;
        }
    }

    private TurnOutcome requeue(WorkMessage message, InstanceLog log, String why) {
        return Requeues.requeue(services, message, log, why);
    }
}
