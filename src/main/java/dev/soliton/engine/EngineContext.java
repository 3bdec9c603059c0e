package dev.soliton.engine;

import dev.soliton.instance.Acceptance;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Inbox;
import dev.soliton.instance.Payload;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Waits;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WorkMessage.Base;
import dev.soliton.orchestration.Registry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all turns of a process share. */
final class EngineContext {
    private final Storage storage;
    private final WorkerStore workers;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;
    private final EngineLimits limits;
    private final EngineJson json;
    private final SleepAwareClock sleepAware;
    private final Lookouts lookouts = new Lookouts(this::moment);
    private final Inbox inbox;
    private final Acceptance acceptance;

    EngineContext(Storage storage, WorkerStore workers, Platform platform, EngineLimits limits, Registry app) {
        this.storage = storage;
        this.workers = workers;
        this.clock = platform.clock();
        this.ids = platform.ids();
        this.waits = platform.waits();
        this.sleepAware = new SleepAwareClock(waits::elapsed, clock);
        this.limits = limits;
        this.json = new EngineJson(app);
        this.inbox = new Inbox(storage, clock, ids, waits);
        this.acceptance = new Acceptance(storage.instances(), waits);
    }

    Storage storage() {
        return storage;
    }

    WorkerStore workers() {
        return workers;
    }

    EngineLimits limits() {
        return limits;
    }

    EngineJson json() {
        return json;
    }

    /** What waits for people. */
    Lookouts lookouts() {
        return lookouts;
    }

    /** The way into other instances. */
    Inbox inbox() {
        return inbox;
    }

    /** The way by which sub-orchestrations are accepted. */
    Acceptance acceptance() {
        return acceptance;
    }

    ExecutionPayloads payloads(ExecutionKey key) {
        return new ExecutionPayloads(key, storage.payloads());
    }

    /** Removes a value that nothing will ever refer to. If it fails, it lies there until its instance is purged. */
    void discard(@Nullable Payload payload) {
        try {
            storage.payloads().discard(payload);
        } catch (StorageException harmless) {
            // Nobody will ever read it.
        }
    }

    String newId() {
        return ids.get();
    }

    /** The time, as exact as the storage keeps it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** The present, by a clock that goes on while the machine sleeps and that nobody sets back. */
    SleepAwareClock.Moment moment() {
        return sleepAware.now();
    }

    /** The time since some moment of the past, by a clock that nobody sets. */
    Duration elapsed() {
        return waits.elapsed();
    }

    /**
     * Puts a message for an execution, to look at it as it is at once.
     *
     * @throws StorageException if the storage failed
     */
    void wake(ExecutionKey key) {
        wake(key, null, Duration.ZERO);
    }

    /**
     * Puts a message for an execution.
     *
     * @param base the state that the work is about to be given up on; null if it is to be looked at as it is
     * @throws StorageException if the storage failed
     */
    void wake(ExecutionKey key, @Nullable Base base, Duration delay) {
        storage.queue().put(WorkMessage.wake(key.instanceId(), key.executionId(), base), delay);
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
