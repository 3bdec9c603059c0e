package dev.soliton.app;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.Instance;
import dev.soliton.client.StartOutcome;
import java.time.Duration;

/**
 * The answers of an app's own HTTP functions that start instances: with the status codes, headers and bodies of Soliton's.
 * The constructor of a function's class takes it as a parameter.
 *
 * <p>The URIs in an answer lead to Soliton's functions of the same app. Where the caller sent a key as {@code code} in the
 * query, they contain it; a host key opens them all, the key of one function only that function. A caller that sent the
 * key in a header, or none, sends {@code x-functions-key} to them.
 *
 * <p>All methods may be called by several threads at once.
 */
public interface InstanceResponses {

    /**
     * 202 with the URIs to follow an instance by, {@code Location} and {@code Retry-After}, whether or not there is such an
     * instance. It asks the storage nothing.
     */
    HttpResponseMessage createCheckStatusResponse(HttpRequestMessage<?> request, String instanceId);

    /**
     * The answer to a start: 202 as {@link #createCheckStatusResponse}, with {@code executionId} and {@code outcome}; 409
     * with the status of the holder if the ID is taken, 404 if the orchestrator is not registered, 422 if the idempotency
     * key belongs to another start.
     */
    HttpResponseMessage createStartResponse(HttpRequestMessage<?> request, StartOutcome outcome);

    /** The status of an instance: 200 if it has ended, else 202 with {@code Location} and {@code Retry-After}. */
    HttpResponseMessage createStatusResponse(HttpRequestMessage<?> request, Instance instance);

    /**
     * Waits until an instance has ended, and reads it at least once a second.
     *
     * @see #waitForCompletionOrCreateCheckStatusResponse(HttpRequestMessage, String, Duration, Duration)
     */
    default HttpResponseMessage waitForCompletionOrCreateCheckStatusResponse(
            HttpRequestMessage<?> request, String instanceId, Duration timeout) {
        return waitForCompletionOrCreateCheckStatusResponse(request, instanceId, timeout, Duration.ofSeconds(1));
    }

    /**
     * Waits until an instance has ended: 200 with its output if it has completed, 200 with its status if it has failed or
     * was terminated, 404 if there is no such instance. If time is up, the answer is that of
     * {@link #createCheckStatusResponse}, and also if the storage fails or the thread is interrupted meanwhile.
     *
     * @param timeout how long to wait at most; zero to read once. No longer than the host lets an invocation last, and not
     *     at all while 100 other callers of the process wait
     * @param pollingInterval the longest time between two reads; the first ones follow one another sooner
     * @throws dev.soliton.store.InvalidInstanceIdException if the ID cannot be one
     * @throws IllegalArgumentException if the timeout is negative, or the interval not positive
     */
    HttpResponseMessage waitForCompletionOrCreateCheckStatusResponse(
            HttpRequestMessage<?> request, String instanceId, Duration timeout, Duration pollingInterval);
}
