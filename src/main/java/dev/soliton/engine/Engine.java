package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Waits;
import dev.soliton.instance.WorkMessage;
import dev.soliton.orchestration.SolitonException;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Turns messages into turns, for one process. */
public final class Engine {
    private final EngineContext context;
    private final Crew crew;
    private final BusyInstances busy = new BusyInstances();

    /**
     * An engine for one process.
     *
     * @param ids a fresh unique ID at each call; the first names this worker
     * @param maxEvents how long the journal of one generation may get before the execution is ended as failed
     */
    public Engine(Storage storage, Crew crew, InstantSource clock, Supplier<String> ids, Waits waits, int maxEvents) {
        this.context = new EngineContext(storage, clock, ids, waits, maxEvents);
        this.crew = crew;
    }

    /**
     * Does what a message asks for.
     *
     * @throws SolitonException if it could not be done; the message is to be delivered again
     */
    public TurnOutcome process(WorkMessage message, Delivery delivery, InstanceLog log) {
        Errand errand = new Errand(context, crew, busy, message, delivery, log);
        try {
            return errand.run();
        } catch (StorageException trouble) {
            return putBackAfter(errand, trouble, message, log);
        } catch (TurnStopped stopped) {
            return switch (stopped.why()) {
                case OWNERSHIP_LOST -> TurnOutcome.OWNERSHIP_LOST;
                case AT_REST -> TurnOutcome.AT_REST;
                case GAVE_WAY -> errand.giveWay();
                case TROUBLE -> {
                    if (stopped.trouble() instanceof StorageException trouble) {
                        yield putBackAfter(errand, trouble, message, log);
                    }
                    throw stopped.trouble();
                }
            };
        }
    }

    /**
     * Trouble with the storage is no fault of the message. Thrown at the host, it would count against it, and a long
     * outage would end it in the poison queue.
     */
    private static TurnOutcome putBackAfter(
            Errand errand, StorageException trouble, WorkMessage message, InstanceLog log) {
        ExecutionKey key = new ExecutionKey(message.instanceId(), message.executionId(), 0);
        log.warning("storage failed", key, "failure", trouble);
        try {
            return errand.putBack("the storage failed");
        } catch (StorageException stillFailing) {
            trouble.addSuppressed(stillFailing);
            throw trouble;
        }
    }
}
