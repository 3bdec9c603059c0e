package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.soliton.engine.InstanceLog;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Instance;
import dev.soliton.instance.StartOutcome;
import dev.soliton.instance.StartRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the two start functions share: a request to start, turned into a call and its outcome into an answer. */
final class StartFunctions {
    /** What callers of later versions may ask for, with the value that asks for what is done anyway. */
    private static final Map<String, String> NOT_YET = Map.of(
            "idReusePolicy", "rejectDuplicate",
            "idConflictPolicy", "fail",
            "startAt", "",
            "delay", "",
            "timeout", "",
            "pollingInterval", "");

    private final Supplier<Graph> graph;

    StartFunctions(Supplier<Graph> graph) {
        this.graph = graph;
    }

    HttpResponseMessage start(
            HttpRequestMessage<Optional<String>> request,
            String functionName,
            @Nullable String instanceId,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation);
        return responses.of(() -> {
            Settings settings = graph.get().settings();
            Requests.refuseQuery(request, NOT_YET);
            Requests.refuseHeader(request, "Idempotency-Key");
            String input = Requests.json(request, settings.maxPayload());
            StartOutcome outcome = graph.get().client().start(new StartRequest(functionName, instanceId, input));
            InstanceLog log = new InstanceLog(invocation.getLogger());
            if (outcome instanceof StartOutcome.Started started) {
                log.info(
                        "started",
                        new ExecutionKey(started.instanceId(), started.executionId(), 0),
                        "orchestrator",
                        functionName);
                return responses.started(
                        started,
                        new InstanceUris(
                                request, "orchestrators/", started.instanceId(), settings.trustForwardedHeaders()));
            }
            if (outcome instanceof StartOutcome.Rejected rejected) {
                Instance holder = rejected.holder();
                log.info(
                        "rejected",
                        new ExecutionKey(holder.instanceId(), holder.executionId(), 0),
                        "orchestrator",
                        functionName,
                        "holder",
                        holder.status().displayName());
                return responses.rejected(rejected);
            }
            return responses.error(HttpStatus.NOT_FOUND, "There is no orchestrator '" + functionName + "'.");
        });
    }
}
