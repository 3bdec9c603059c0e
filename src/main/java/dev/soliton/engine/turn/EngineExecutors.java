package dev.soliton.engine.turn;

import dev.soliton.orchestration.Registry;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The executors for the work of turns.
 *
 * @param registry the orchestrators and activities of the app
 * @param activities runs the activities
 * @param children runs sub-orchestrations in the process of their parent, each on a thread of its own; a
 *     sub-orchestration that it rejects goes through the queue
 * @param housekeeping runs the tasks that keep the worker's lease, for as long as the worker lives, and tasks for which
 *     no turn waits
 * @param orchestrators runs each orchestrator at once, on a thread of its own; if the orchestrator does not return, the
 *     thread is abandoned
 * @param turns runs each turn at once, on a thread of its own, so that it can go on when its message is answered; null
 *     to run it on the thread that received its message
 */
public record EngineExecutors(
        Registry registry,
        Executor activities,
        ExecutorService children,
        Executor housekeeping,
        Executor orchestrators,
        @Nullable Executor turns) {

    /** Executors that run each turn on the thread that received its message. */
    public EngineExecutors(
            Registry registry,
            Executor activities,
            ExecutorService children,
            Executor housekeeping,
            Executor orchestrators) {
        this(registry, activities, children, housekeeping, orchestrators, null);
    }

    /**
     * Executors that run an orchestrator on the thread of its turn, which then waits for it, however long it takes.
     */
    public EngineExecutors(Registry registry, Executor activities, ExecutorService children, Executor housekeeping) {
        this(registry, activities, children, housekeeping, Runnable::run);
    }
}
