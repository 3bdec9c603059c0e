package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.PurgeSummary;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Handles requests to purge instances. */
final class PurgeHandler {
    private final Supplier<AppObjects> objects;

    PurgeHandler(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    HttpResponseMessage purge(HttpRequestMessage<?> request, String instanceId, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request, "recursive");
            OrchestrationClient client = objects.get().client();
            boolean recursive = Requests.flag(request, "recursive", false);
            AtomicReference<PurgeSummary> whole = new AtomicReference<>(new PurgeSummary(0, true));
            PurgeOutcome ofItself =
                    recursive ? client.purgeWithChildren(instanceId, whole::set) : client.purge(instanceId);
            if (ofItself instanceof PurgeOutcome.Purged) {
                responses.audit("purge", instanceId);
            }
            return recursive && ofItself instanceof PurgeOutcome.Purged
                    ? responses.purged(Objects.requireNonNull(whole.get()))
                    : responses.purged(ofItself, instanceId);
        });
    }

    HttpResponseMessage purgeMany(HttpRequestMessage<?> request, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request, Filters.PARAMETERS.toArray(String[]::new));
            PurgeSummary purged = objects.get().client().purge(Filters.ofEnded(request));
            if (purged.purged() > 0) {
                responses.audit("purge", null);
            }
            return responses.purged(purged);
        });
    }
}
