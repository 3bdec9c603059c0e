package dev.soliton.engine.turn;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.TypeReference;
import dev.soliton.store.Payload;
import dev.soliton.store.StorageException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One call of an activity, as the activity sees it. */
final class ActivityCall implements ActivityContext {
    private final JournalEvent.TaskScheduled task;
    private final long fence;
    private final EngineJson json;
    private final ExecutionPayloads payloads;
    private final Logger logger;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private @Nullable String input;

    ActivityCall(
            JournalEvent.TaskScheduled task, long fence, EngineJson json, ExecutionPayloads payloads, Logger logger) {
        this.task = task;
        this.fence = fence;
        this.json = json;
        this.payloads = payloads;
        this.logger = logger;
    }

    /** The request in the journal. */
    JournalEvent.TaskScheduled task() {
        return task;
    }

    /**
     * Reads the input before the activity runs, because a failure of the storage is no failure of the activity.
     *
     * @throws StorageException if the storage failed
     */
    void fetchInput() {
        input = payloads.load(task.input());
    }

    /** Stores the activity's result where the journal can refer to it. */
    @Nullable
    Payload keep(@Nullable Object result) {
        return payloads.save(json.write(result));
    }

    /** Notes that nothing waits for the result any more. */
    void cancel() {
        cancelled.set(true);
    }

    @Override
    public String getName() {
        return task.name();
    }

    @Override
    public <T> @Nullable T getInput(Class<T> type) {
        return json.read(input, type);
    }

    @Override
    public <T> @Nullable T getInput(TypeReference<T> type) {
        return json.read(input, type);
    }

    @Override
    public String getInstanceId() {
        return payloads.key().instanceId();
    }

    @Override
    public String getTaskId() {
        return payloads.key().executionId() + ":" + payloads.key().generation() + ":" + task.id();
    }

    @Override
    public int getAttempt() {
        return task.attempt() == null ? 1 : task.attempt();
    }

    @Override
    public long getFencingToken() {
        return fence;
    }

    @Override
    public Logger getLogger() {
        return logger;
    }

    @Override
    public boolean isCancelled() {
        return cancelled.get();
    }
}
