package dev.soliton.engine;

import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WorkMessage;
import dev.soliton.orchestration.SolitonException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/** Turns messages into turns, for one process. */
public final class Engine {
    private static final Duration LONG = Duration.ofHours(1);

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final EngineContext context;
    private final Crew crew;
    private final BusyInstances busy;
    private final Worker worker;
    private final Slots slots;

    /** An engine for one process. */
    public Engine(Storage storage, WorkerStore workers, Crew crew, Platform platform, EngineLimits limits) {
        this.context = new EngineContext(storage, workers, platform, limits, crew.registry());
        this.crew = crew;
        this.busy = new BusyInstances(context::elapsed, limits.sharing());
        this.slots = new Slots(limits.sharing());
        this.worker = new Worker(context, workers, crew.housekeeping());
    }

    /**
     * Does what a message asks for. Where many turns wait, it returns before the turn is over, which is detached from the
     * message then: what it owns is found if this process dies.
     *
     * @throws SolitonException if it could not be done; the message is to be delivered again
     */
    public TurnOutcome process(WorkMessage message, InstanceLog log) {
        Executor turns = crew.turns();
        if (turns != null) {
            return process(message, turns, log);
        }
        Slots.Slot slot = slots.enter(context.elapsed(), null);
        try {
            return process(message, slot, log);
        } finally {
            slot.leave(context.elapsed());
        }
    }

    /** Has a turn run on a thread of its own, until it is over or its message is to be answered. */
    private TurnOutcome process(WorkMessage message, Executor turns, InstanceLog log) {
        BlockingQueue<Supplier<TurnOutcome>> answers = new LinkedBlockingQueue<>();
        Runnable early = () -> {
            log.leaveInvocation();
            answers.add(() -> TurnOutcome.DETACHED);
        };
        // What has failed again and again keeps its message, so that the host counts.
        Slots.Slot slot = slots.enter(context.elapsed(), PoisonDrain.isLastChance(message) ? null : early);
        boolean begun = false;
        try {
            turns.execute(() -> answers.add(answerOf(message, slot, log)));
            begun = true;
        } finally {
            if (!begun) {
                slot.leave(context.elapsed());
            }
        }
        try {
            Supplier<TurnOutcome> answer;
            do {
                answer = context.take(answers, LONG);
            } while (answer == null);
            return answer.get();
        } catch (TurnStopped interrupted) {
            // The host counts that against the message. What the turn comes to is told to nobody.
            slot.detach();
            throw interrupted.trouble();
        }
    }

    /** Runs a turn, and says what it came to, to whoever still waits for that. */
    private Supplier<TurnOutcome> answerOf(WorkMessage message, Slots.Slot slot, InstanceLog log) {
        try {
            TurnOutcome outcome = process(message, slot, log);
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
            slot.leave(context.elapsed());
        }
    }

    private TurnOutcome process(WorkMessage message, Slots.Slot slot, InstanceLog log) {
        Worker.Stint begun;
        try {
            begun = worker.begin();
        } catch (StorageException trouble) {
            return putBackAfter(trouble, message, log);
        } catch (TurnStopped interrupted) {
            throw interrupted.trouble();
        }
        // A detached turn is work in hand until it is over: the lease is not given back before.
        try (Worker.Stint stint = begun) {
            return answer(message, stint.lease(), slot, log);
        }
    }

    private TurnOutcome answer(WorkMessage message, WorkerLease lease, Slots.Slot slot, InstanceLog log) {
        boolean answered = false;
        try {
            TurnOutcome outcome;
            try {
                outcome = processOrPutBack(message, lease, slot, log);
            } catch (RuntimeException | Error failure) {
                if (!slot.endsDetached() || !tryComeAgain(message, failure, lease, slot, log)) {
                    throw failure;
                }
                outcome = TurnOutcome.PUT_BACK;
            }
            answered = true;
            if (outcome != TurnOutcome.DROPPED && outcome != TurnOutcome.OWNERSHIP_LOST) {
                lease.answered(message.key());
            }
            return outcome;
        } finally {
            if (!answered) {
                // Only the host knows of the message now, and it may go; or nobody does, since it was answered early.
                lease.leftToTheHost(message.key());
            }
        }
    }

    private TurnOutcome processOrPutBack(WorkMessage message, WorkerLease lease, Slots.Slot slot, InstanceLog log) {
        try {
            return process(message, lease, slot, log);
        } catch (StorageException trouble) {
            return putBackAfter(trouble, message, log);
        }
    }

    /**
     * Puts what is to come again in the place of a message that was answered already. As long as this worker lives it tries;
     * then its sign says that it has left something behind.
     */
    private boolean tryComeAgain(
            WorkMessage message, Throwable failure, WorkerLease lease, Slots.Slot slot, InstanceLog log) {
        log.warning("turn failed", message.key(), "failure", failure);
        while (!slot.isReplaced() && lease.isValid()) {
            try {
                PutBacks.putInPlace(context, message, failure, slot);
            } catch (StorageException unanswered) {
                try {
                    context.pause(RETRY);
                } catch (TurnStopped interrupted) {
                    return false;
                }
            }
        }
        return slot.isReplaced();
    }

    private TurnOutcome process(WorkMessage message, WorkerLease lease, Slots.Slot slot, InstanceLog log) {
        try {
            return new Errand(context, crew, busy, message, lease, slot, log).run();
        } catch (TurnStopped stopped) {
            return switch (stopped.why()) {
                case OWNERSHIP_LOST -> TurnOutcome.OWNERSHIP_LOST;
                case AT_REST -> TurnOutcome.AT_REST;
                case GAVE_WAY -> putBack(message, log, "the turn had to end");
                case WORKER_STOPPED -> putBack(message, log, "the worker lost its lease");
                case TROUBLE -> {
                    if (stopped.trouble() instanceof StorageException trouble) {
                        yield putBackAfter(trouble, message, log);
                    }
                    throw stopped.trouble();
                }
            };
        }
    }

    /**
     * Ends the work of this process: turns leave the rest of theirs to others, and the worker's lease is given back.
     *
     * @param limit how long to wait for the turns
     */
    public void stop(Duration limit) {
        worker.close();
        busy.stopAll();
        worker.leave(limit);
    }

    /**
     * Leaves all that is under way to others, since the host is gone that it is done for, and says so: what the host had
     * received is looked for as well, also where nothing is under way. What comes afterwards is done as ever. A second call
     * changes nothing where nothing came since the first.
     *
     * @param limit how long to wait for the turns
     */
    public void handOver(Duration limit) {
        busy.stopThoseUnderWay();
        worker.retire(limit);
    }

    /**
     * Trouble with the storage is no fault of the message. Thrown at the host, it would count against it, and a long
     * outage would end it in the poison queue.
     */
    private TurnOutcome putBackAfter(StorageException trouble, WorkMessage message, InstanceLog log) {
        log.warning("storage failed", message.key(), "failure", trouble);
        try {
            return putBack(message, log, "the storage failed");
        } catch (StorageException stillFailing) {
            trouble.addSuppressed(stillFailing);
            throw trouble;
        }
    }

    private TurnOutcome putBack(WorkMessage message, InstanceLog log, String why) {
        PutBacks.put(context, message, log, why);
        return TurnOutcome.PUT_BACK;
    }
}
