package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/**
 * One step of an orchestration that does something: I/O, a long computation, anything that is not deterministic.
 *
 * <p>It runs <em>at least once</em>: its result is final once it is committed, but a worker that dies before the commit
 * leaves the step to be run again by the next owner. Make its effect idempotent, with {@link ActivityContext#getTaskId()}
 * as the key, or fence it with {@link ActivityContext#getFencingToken()}.
 */
@FunctionalInterface
public interface Activity {

    /**
     * Does the work. The calling thread is interrupted when the result is no longer wanted.
     *
     * @return the result, turned into JSON; null for none
     * @throws Exception fails the task, with details that the orchestrator sees as {@link TaskFailedException}
     */
    @Nullable
    Object run(ActivityContext context) throws Exception;
}
