package dev.soliton.engine;

import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WorkMessage;
import dev.soliton.orchestration.SolitonException;
import java.time.Duration;

/** Turns messages into turns, for one process. */
public final class Engine {
    private final EngineContext context;
    private final Crew crew;
    private final BusyInstances busy;
    private final Worker worker;

    /** An engine for one process. */
    public Engine(Storage storage, WorkerStore workers, Crew crew, Platform platform, EngineLimits limits) {
        this.context = new EngineContext(storage, workers, platform, limits, crew.registry());
        this.crew = crew;
        this.busy = new BusyInstances(context::elapsed, limits.sharing());
        this.worker = new Worker(context, workers, crew.housekeeping());
    }

    /**
     * Does what a message asks for.
     *
     * @throws SolitonException if it could not be done; the message is to be delivered again
     */
    public TurnOutcome process(WorkMessage message, InstanceLog log) {
        Worker.Stint begun;
        try {
            begun = worker.begin();
        } catch (StorageException trouble) {
            return putBackAfter(trouble, message, log);
        } catch (TurnStopped interrupted) {
            throw interrupted.trouble();
        }
        try (Worker.Stint stint = begun) {
            return answer(message, stint.lease(), log);
        }
    }

    private TurnOutcome answer(WorkMessage message, WorkerLease lease, InstanceLog log) {
        boolean answered = false;
        try {
            TurnOutcome outcome;
            try {
                outcome = process(message, lease, log);
            } catch (StorageException trouble) {
                outcome = putBackAfter(trouble, message, log);
            }
            answered = true;
            if (outcome != TurnOutcome.DROPPED && outcome != TurnOutcome.OWNERSHIP_LOST) {
                lease.answered(message.key());
            }
            return outcome;
        } finally {
            if (!answered) {
                // Only the host knows of the message now, and it may go.
                lease.leftToTheHost(message.key());
            }
        }
    }

    private TurnOutcome process(WorkMessage message, WorkerLease lease, InstanceLog log) {
        try {
            return new Errand(context, crew, busy, message, lease, log).run();
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
