package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.Instance;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.WaitOutcome;
import dev.soliton.functions.Responses.Shown;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Answers for the app's own functions, in the form of Soliton's. */
final class OwnResponses implements InstanceResponses {
    private static final Logger LOGGER = Logger.getLogger(OwnResponses.class.getName());

    private final AppObjects app;

    OwnResponses(AppObjects app) {
        this.app = app;
    }

    @Override
    public HttpResponseMessage createCheckStatusResponse(HttpRequestMessage<?> request, String instanceId) {
        return responses(request).followable(instanceId, uris(request, instanceId));
    }

    @Override
    public HttpResponseMessage createStartResponse(HttpRequestMessage<?> request, StartOutcome outcome) {
        return outcome instanceof StartOutcome.Accepted accepted
                ? responses(request).accepted(accepted, uris(request, accepted.instanceId()), null)
                : StartHandler.notAccepted(app, responses(request), outcome);
    }

    @Override
    public HttpResponseMessage createStatusResponse(HttpRequestMessage<?> request, Instance instance) {
        String location = uris(request, instance.instanceId()).status();
        return responses(request).status(new Shown(instance, null, null), location, false);
    }

    @Override
    public HttpResponseMessage waitForCompletionOrCreateCheckStatusResponse(
            HttpRequestMessage<?> request, String instanceId, Duration timeout, Duration pollingInterval) {
        RequestLimits limits = app.limits();
        Optional<WaitOutcome> outcome =
                limits.waiting(limits.wait(timeout), limit -> waitFor(instanceId, limit, pollingInterval));
        if (outcome.isPresent() && outcome.get() instanceof WaitOutcome.Ended ended) {
            return responses(request).ended(ended.instance(), false);
        }
        return outcome.isPresent() && outcome.get() instanceof WaitOutcome.NotFound
                ? responses(request).noInstance(instanceId)
                : createCheckStatusResponse(request, instanceId);
    }

    /** What came of the wait; empty if that is not known. */
    private Optional<WaitOutcome> waitFor(String instanceId, Duration limit, Duration pollingInterval) {
        try {
            return Optional.of(app.client().waitFor(instanceId, limit, pollingInterval));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (StorageException trouble) {
            // The caller can follow the instance all the same.
            LOGGER.log(Level.WARNING, "the wait for an instance failed: {0}", trouble.toString());
            return Optional.empty();
        }
    }

    private Responses responses(HttpRequestMessage<?> request) {
        return new Responses(request, new OwnInvocation(), () -> app);
    }

    private InstanceUris uris(HttpRequestMessage<?> request, String instanceId) {
        return InstanceUris.Base.beside(
                        request, app.routePrefix(), app.settings().trustForwardedHeaders())
                .of(instanceId);
    }
}
