package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard's own entrance to the API, for users who have signed in: the host demands a key for the API itself,
 * whoever has signed in. It checks the user, and calls the function that the rest of the path names.
 */
final class UiApiHandler {
    private final Supplier<AppObjects> objects;
    private final StartFunctions starts;
    private final InstanceFunctions instances;
    private final DashboardHandler dashboard;
    private final ApiDescription description;

    UiApiHandler(Supplier<AppObjects> objects, DashboardHandler dashboard) {
        this.objects = objects;
        this.starts = new StartFunctions(objects);
        this.instances = new InstanceFunctions(objects);
        this.dashboard = dashboard;
        this.description = new ApiDescription(objects);
    }

    /**
     * Serves a request.
     *
     * @param path what follows the route, as the host decoded it
     */
    HttpResponseMessage serve(HttpRequestMessage<Optional<String>> request, String path, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Principal user = UiAccess.admit(request, objects.get().settings());
            HttpResponseMessage answer = route(new UiRequest(request, user), segments(path), invocation);
            return answer == null
                    ? responses.error(HttpStatus.NOT_FOUND, "The API has no such route or method.")
                    : answer;
        });
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
        if (segments.get(segments.size() - 1).isEmpty()) {
            segments.remove(segments.size() - 1); // a slash at the end does not count, as in all routes
        }
        return segments;
    }

    private @Nullable HttpResponseMessage route(UiRequest request, List<String> path, ExecutionContext invocation) {
        if (path.isEmpty()) {
            return null;
        }
        HttpMethod verb = request.getHttpMethod();
        String first = path.get(0).toLowerCase(Locale.ROOT);
        return switch (first) {
            case "instances" ->
                path.size() == 1
                        ? ofMany(request, verb, invocation)
                        : ofOne(request, verb, path.get(1), path.subList(2, path.size()), invocation);
            case "orchestrators" -> ofOrchestrator(request, verb, path.subList(1, path.size()), invocation);
            case "health" -> isGet(verb, path) ? dashboard.health(request, invocation) : null;
            case "openapi.json" -> isGet(verb, path) ? description.describe(request, invocation) : null;
            default -> null;
        };
    }

    private static boolean isGet(HttpMethod verb, List<String> path) {
        return verb == HttpMethod.GET && path.size() == 1;
    }

    private @Nullable HttpResponseMessage ofMany(UiRequest request, HttpMethod verb, ExecutionContext invocation) {
        if (verb == HttpMethod.GET) {
            return instances.list(request, invocation);
        }
        return verb == HttpMethod.DELETE ? instances.purgeMany(request, invocation) : null;
    }

    private @Nullable HttpResponseMessage ofOne(
            UiRequest request, HttpMethod verb, String id, List<String> rest, ExecutionContext invocation) {
        if (rest.isEmpty()) {
            if (verb == HttpMethod.GET) {
                return instances.get(request, id, invocation);
            }
            return verb == HttpMethod.DELETE ? instances.purge(request, id, invocation) : null;
        }
        String operation = rest.get(0).toLowerCase(Locale.ROOT);
        if (verb == HttpMethod.GET) {
            return rest.size() == 1 && operation.equals("holding") ? dashboard.holding(request, id, invocation) : null;
        }
        if (verb != HttpMethod.POST) {
            return null;
        }
        if (rest.size() == 2) {
            return operation.equals("raiseevent") ? instances.raiseEvent(request, id, rest.get(1), invocation) : null;
        }
        return rest.size() > 2
                ? null
                : switch (operation) {
                    case "terminate" -> instances.terminate(request, id, invocation);
                    case "suspend" -> instances.suspend(request, id, invocation);
                    case "resume" -> instances.resume(request, id, invocation);
                    case "rewind" -> instances.rewind(request, id, invocation);
                    case "restart" -> starts.restart(request, id, invocation);
                    default -> null;
                };
    }

    private @Nullable HttpResponseMessage ofOrchestrator(
            UiRequest request, HttpMethod verb, List<String> rest, ExecutionContext invocation) {
        if (rest.isEmpty()) {
            return verb == HttpMethod.GET ? dashboard.orchestrators(request, invocation) : null;
        }
        if (verb != HttpMethod.POST) {
            return null;
        }
        String name = rest.get(0);
        return switch (rest.size()) {
            case 1 -> starts.start(request, name, invocation);
            case 2 -> starts.startSingle(request, name, rest.get(1), invocation);
            case 4 ->
                rest.get(2).equalsIgnoreCase("raiseEvent")
                        ? starts.raiseOrStart(request, name, rest.get(1), rest.get(3), invocation)
                        : null;
            default -> null;
        };
    }
}
