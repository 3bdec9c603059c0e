package dev.soliton.engine;

import dev.soliton.instance.Acceptance;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Inbox;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Waits;
import dev.soliton.instance.WorkMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all turns of a process share. */
final class EngineContext {
    private final String worker;
    private final Storage storage;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;
    private final int maxEvents;
    private final EngineJson json = new EngineJson();
    private final Inbox inbox;
    private final Acceptance acceptance;

    /**
     * What the turns of a process share.
     *
     * @param ids a fresh unique ID at each call; the first names this process as an owner
     * @param maxEvents how long a journal may get
     */
    EngineContext(Storage storage, InstantSource clock, Supplier<String> ids, Waits waits, int maxEvents) {
        this.worker = ids.get();
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.waits = waits;
        this.maxEvents = maxEvents;
        this.inbox = new Inbox(storage, clock, ids, waits);
        this.acceptance = new Acceptance(storage.instances(), waits);
    }

    String worker() {
        return worker;
    }

    Storage storage() {
        return storage;
    }

    EngineJson json() {
        return json;
    }

    /** The way into other instances. */
    Inbox inbox() {
        return inbox;
    }

    /** The way by which sub-orchestrations are accepted. */
    Acceptance acceptance() {
        return acceptance;
    }

    /** How long a journal may get, in events. */
    int maxEvents() {
        return maxEvents;
    }

    ExecutionPayloads payloads(ExecutionKey key) {
        return new ExecutionPayloads(key, storage.payloads());
    }

    String newId() {
        return ids.get();
    }

    /** The time, as exact as the storage keeps it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Puts a message for an execution at once.
     *
     * @param deliveries those that the message stands for
     * @throws StorageException if the storage failed
     */
    void wake(String instanceId, String executionId, Set<String> deliveries) {
        storage.queue().put(WorkMessage.wake(instanceId, executionId, deliveries), Duration.ZERO);
    }

    void pause(Duration time) throws TurnStopped {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw TurnStopped.by(new InterruptedTurnException(stop));
        }
    }

    /** Waits for something to take; null if nothing came within the limit. */
    <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws TurnStopped {
        try {
            return waits.take(queue, limit);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw TurnStopped.by(new InterruptedTurnException(stop));
        }
    }
}
