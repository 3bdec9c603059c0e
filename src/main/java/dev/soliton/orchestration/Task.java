package dev.soliton.orchestration;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that was asked for and may not be done yet.
 *
 * <p>Retries, cancellation and timeouts of a task go their way whether it is awaited directly, within {@code allOf} or
 * {@code anyOf}, after {@link #thenApply}, or not yet at all. Like the context that gave it, a task belongs to the thread
 * of its orchestrator.
 */
public interface Task<V> {

    /**
     * Waits for the result. What was recorded answers at once. Every call gives the same object, or throws the same
     * exception.
     *
     * @return the result; null if there is none
     * @throws TaskFailedException if the task failed
     * @throws TaskCanceledException if it was a wait for an event that ran out of time
     * @throws CompositeTaskFailedException if it was for several tasks of which some failed
     * @throws DataConverterException if the result does not fit the type asked for
     */
    @Nullable
    V await();

    /** Whether {@link #await()} would answer at once. */
    boolean isDone();

    /** Whether it is a wait for an event, or made of one by {@link #thenApply}, that ran out of time. */
    boolean isCancelled();

    /**
     * A task for what a function makes of this one's result. The function runs once, as soon as this task is done, on
     * the orchestrator's thread while that waits, or here if it is done already. It is part of the orchestrator, and may
     * use the context and wait there; functions that wait are nested, so that one goes on only when those that began
     * to wait after it are through.
     *
     * <p>If this task fails, the function does not run, and the new task fails in the same way. What the function
     * throws comes out, as itself, where the new task is awaited.
     *
     * @throws IllegalArgumentException if the function is null
     */
    <R> Task<R> thenApply(Function<? super @Nullable V, ? extends @Nullable R> function);

    /** {@link #thenApply} for a function without a result. */
    Task<Void> thenAccept(Consumer<? super @Nullable V> consumer);
}
