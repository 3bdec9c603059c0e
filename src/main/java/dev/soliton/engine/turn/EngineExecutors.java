package dev.soliton.engine.turn;

import dev.soliton.orchestration.Registry;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Who does the work of turns.
 *
 * @param registry the orchestrators and activities of the app
 * @param activities runs the activities
 * @param children runs sub-orchestrations in the process of their parent, each on a thread of its own; one that it
 *     rejects goes through the queue
 * @param housekeeping runs what keeps the worker's lease, for as long as it lives, and what no turn waits for
 * @param orchestrators runs each orchestrator at once, on a thread of its own, which is left alone where the orchestrator
 *     does not come back
 * @param turns runs each turn at once, on a thread of its own, so that it can go on when its message is answered; null to run it
 *     where its message is received
 */
public record EngineExecutors(
        Registry registry,
        Executor activities,
        ExecutorService children,
        Executor housekeeping,
        Executor orchestrators,
        @Nullable Executor turns) {

    /** A crew whose turns run where their messages are received. */
    public EngineExecutors(
            Registry registry,
            Executor activities,
            ExecutorService children,
            Executor housekeeping,
            Executor orchestrators) {
        this(registry, activities, children, housekeeping, orchestrators, null);
    }

    /** A crew that runs an orchestrator on the thread of its turn, which then has to wait for it, however long it takes. */
    public EngineExecutors(Registry registry, Executor activities, ExecutorService children, Executor housekeeping) {
        this(registry, activities, children, housekeeping, Runnable::run);
    }
}
