package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/**
 * The code of an orchestration: what is to be done, in which order, with the results of what was done before.
 *
 * <p>It is <em>replayed</em>: after a crash, a restart or a pause it runs again from its first line, and every step that
 * was committed answers at once with its recorded result. So it must be deterministic: no clock, no randomness, no I/O,
 * no threads of its own, nothing but its input and what the context gives. Whatever touches the world belongs into an
 * {@link Activity}.
 *
 * <p>In the middle of an orchestrator, where it calls its context or waits, the engine may leave it by throwing an
 * {@link Error} of its own, which {@code catch (Exception e)} does not see. Whoever catches {@code Throwable} has to let it
 * go on: a loop that swallows it turns for ever. A {@code finally} block may run then, more than once for one instance: it
 * may tidy up local variables, and must not call the context.
 */
@FunctionalInterface
public interface Orchestrator {

    /**
     * Runs the orchestration, or replays it.
     *
     * @return the output, turned into JSON; null for none
     * @throws Exception whatever leaves this method, an {@link Error} included, ends the instance as Failed, with its
     *     details in the status
     */
    @Nullable
    Object run(OrchestrationContext context) throws Exception;
}
