package dev.soliton.engine;

import dev.soliton.orchestration.Registry;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

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
 */
public record Crew(
        Registry registry,
        ExecutorService activities,
        ExecutorService children,
        Executor housekeeping,
        Executor orchestrators) {

    /** A crew that runs an orchestrator on the thread of its turn, which then has to wait for it, however long it takes. */
    public Crew(Registry registry, ExecutorService activities, ExecutorService children, Executor housekeeping) {
        this(registry, activities, children, housekeeping, Runnable::run);
    }
}
