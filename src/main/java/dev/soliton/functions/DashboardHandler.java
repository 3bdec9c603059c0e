package dev.soliton.functions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.OrchestrationClient;
import java.time.Duration;
import java.util.function.Supplier;

/** Answers requests for what stands behind the statuses: who holds an ID, what can be started, and how the hub is. */
final class DashboardHandler {
    private final Supplier<AppObjects> objects;

    DashboardHandler(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    HttpResponseMessage holding(HttpRequestMessage<?> request, String instanceId, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request);
            return objects.get()
                    .dashboard()
                    .holdings()
                    .find(instanceId)
                    .map(holding -> responses.value(DashboardJson.holding(holding)))
                    .orElseGet(() -> responses.noInstance(instanceId));
        });
    }

    HttpResponseMessage orchestrators(HttpRequestMessage<?> request, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request);
            OrchestrationClient client = objects.get().client();
            ArrayNode body = JsonNodeFactory.instance.arrayNode();
            client.startable()
                    .forEach(name -> body.add(DashboardJson.orchestrator(
                            name, client.description(name).orElse(null))));
            return responses.value(body);
        });
    }

    /** Without details it makes no request to the storage, so that it can be asked often. */
    HttpResponseMessage health(HttpRequestMessage<?> request, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            AppObjects app = objects.get();
            Requests.refuseOthers(request, "detail");
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("status", "ok");
            if (Requests.flag(request, "detail", false)) {
                putDetails(body, app);
            }
            return responses.value(body);
        });
    }

    private static void putDetails(ObjectNode body, AppObjects app) {
        DashboardPorts ports = app.dashboard();
        body.put("version", AppVersion.TEXT).put("hub", app.settings().hub());
        body.set("workers", DashboardJson.workers(ports.workers().list()));
        ObjectNode queue = body.putObject("queue").put("length", ports.queues().waiting());
        ports.queues().oldestSince().ifPresent(since -> {
            Duration age = Duration.between(since, app.clock().instant());
            queue.put("oldestAgeSeconds", Math.max(0, age.toSeconds()));
        });
        body.putObject("poison").put("length", ports.queues().poisoned());
        body.put("lastSweep", DashboardJson.time(ports.sweeps().changedAt().orElse(null)));
        ObjectNode settings = body.putObject("settings");
        app.settings().shown().forEach(settings::put);
        body.put("java", Runtime.version().toString());
        body.put("functionsVersion", ports.functionsVersion().isEmpty() ? null : ports.functionsVersion());
    }
}
