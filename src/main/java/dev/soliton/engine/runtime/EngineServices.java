package dev.soliton.engine.runtime;

import dev.soliton.client.Acceptance;
import dev.soliton.client.EndNotices;
import dev.soliton.client.InboxWriter;
import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Payload;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The services that all turns of a process share. */
public final class EngineServices {
    private final Storage storage;
    private final WorkerStore workers;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Waits waits;
    private final EngineLimits limits;
    private final EngineJson json;
    private final SleepAwareClock sleepAware;
    private final BlockedExecutions blocked = new BlockedExecutions(this::moment);
    private final InboxWriter inboxWriter;
    private final Acceptance acceptance;
    private final EndNotices endNotices;

    public EngineServices(
            Storage storage, WorkerStore workers, TimeAndIds timeAndIds, EngineLimits limits, Registry app) {
        this(storage, workers, timeAndIds, limits, app, new EndNotices());
    }

    /**
     * The services of a process.
     *
     * @param endNotices notifies those in this process who wait for the end of an instance
     */
    public EngineServices(
            Storage storage,
            WorkerStore workers,
            TimeAndIds timeAndIds,
            EngineLimits limits,
            Registry app,
            EndNotices endNotices) {
        this.endNotices = endNotices;
        this.storage = storage;
        this.workers = workers;
        this.clock = timeAndIds.clock();
        this.ids = timeAndIds.ids();
        this.waits = timeAndIds.waits();
        this.sleepAware = new SleepAwareClock(waits::elapsed, clock);
        this.limits = limits;
        this.json = new EngineJson(app);
        this.inboxWriter = new InboxWriter(storage, clock, ids, waits);
        this.acceptance = new Acceptance(storage.instances(), waits);
    }

    public Storage storage() {
        return storage;
    }

    public WorkerStore workers() {
        return workers;
    }

    public EngineLimits limits() {
        return limits;
    }

    public EngineJson json() {
        return json;
    }

    /** The executions that wait for a person. */
    public BlockedExecutions blocked() {
        return blocked;
    }

    /** The writer to the inboxes of other instances. */
    public InboxWriter inbox() {
        return inboxWriter;
    }

    /** Accepts the starts of sub-orchestrations. */
    public Acceptance acceptance() {
        return acceptance;
    }

    /** Notifies those in this process who wait for the end of an instance. */
    public EndNotices endNotices() {
        return endNotices;
    }

    public ExecutionPayloads payloads(ExecutionKey key) {
        return new ExecutionPayloads(key, storage.payloads());
    }

    /**
     * Removes a payload to which nothing will ever refer. If that fails, the payload stays until its instance is
     * purged.
     */
    public void discard(@Nullable Payload payload) {
        try {
            storage.payloads().discard(payload);
        } catch (StorageException harmless) {
            // Nobody will ever read it.
        }
    }

    public String newId() {
        return ids.get();
    }

    /** The time, in the precision in which the storage keeps it. */
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** The present moment, by a clock that goes on while the machine sleeps and that nobody sets back. */
    public SleepAwareClock.Moment moment() {
        return sleepAware.now();
    }

    /** The time since a fixed moment in the past, by a clock that nobody sets. */
    public Duration elapsed() {
        return waits.elapsed();
    }

    /**
     * Puts a wake message for an execution, to be delivered at once; the worker reads the row as it is.
     *
     * @throws StorageException if the storage failed
     */
    public void wake(ExecutionKey key) {
        wake(key, null, Duration.ZERO);
    }

    /**
     * Puts a wake message for an execution.
     *
     * @param base the state of the row on which the releasing write is conditional; null to read the row as it is
     * @throws StorageException if the storage failed
     */
    public void wake(ExecutionKey key, @Nullable Base base, Duration delay) {
        storage.queue().put(WorkMessage.wake(key.instanceId(), key.executionId(), base), delay);
    }

    public void pause(Duration time) throws TurnStopped {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw TurnStopped.by(new InterruptedTurnException(stop));
        }
    }

    /** Takes the next element of a queue; null if none arrived within the limit. */
    public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws TurnStopped {
        try {
            return waits.take(queue, limit);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw TurnStopped.by(new InterruptedTurnException(stop));
        }
    }
}
