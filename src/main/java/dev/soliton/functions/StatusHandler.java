package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.Instance;
import dev.soliton.client.InstanceOrder;
import dev.soliton.client.InstancePage;
import dev.soliton.functions.Responses.Shown;
import dev.soliton.store.InstanceFilter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers requests for the status of one instance and of many. */
final class StatusHandler {
    private static final int DEFAULT_TOP = 100;
    private static final int MAX_TOP = 1_000;

    /** The longest list that is sorted: each of its instances takes a separate read. */
    private static final int MAX_SORTED = 100;

    private static final String[] KNOWN = Stream.concat(
                    Filters.PARAMETERS.stream(), Stream.of("showInput", "showOutput", "top", "orderBy"))
            .toArray(String[]::new);

    private final Supplier<AppObjects> objects;

    StatusHandler(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    HttpResponseMessage get(HttpRequestMessage<?> request, String instanceId, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Settings settings = objects.get().settings();
            Requests.refuseOthers(
                    request,
                    "showInput",
                    "showHistory",
                    "showHistoryOutput",
                    "returnInternalServerErrorOnFailure",
                    "executionId");
            boolean showInput = Requests.flag(request, "showInput", true);
            boolean showHistory = Requests.flag(request, "showHistory", false);
            boolean showResults = Requests.flag(request, "showHistoryOutput", false);
            boolean failedIsAnError = Requests.flag(request, "returnInternalServerErrorOnFailure", false);
            String executionId = Requests.query(request, "executionId");
            String token = Requests.header(request, Responses.CONTINUATION);
            Optional<Shown> found = showHistory
                    ? objects.get()
                            .histories()
                            .find(instanceId, showInput, showResults, token == null || token.isEmpty() ? null : token)
                            .map(read -> new Shown(read.instance(), read.entries(), read.continuation()))
                    : objects.get()
                            .client()
                            .status(instanceId, showInput)
                            .map(instance -> new Shown(instance, null, null));
            if (found.isEmpty()) {
                return responses.noInstance(instanceId);
            }
            Shown shown = found.get();
            if (executionId != null && !executionId.equals(shown.instance().executionId())) {
                Optional<Instance> other = objects.get().client().status(instanceId, executionId, showInput);
                if (other.isEmpty()) {
                    return responses.noExecution(shown.instance(), executionId);
                }
                shown = new Shown(other.get(), showHistory ? List.of() : null, null);
            }
            InstanceUris.Base uris = InstanceUris.Base.of(request, settings.trustForwardedHeaders());
            return responses.status(shown, uris.of(instanceId).sameStatus(), failedIsAnError);
        });
    }

    HttpResponseMessage list(HttpRequestMessage<?> request, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request, KNOWN);
            InstanceFilter filter = Filters.of(request);
            boolean showInput = Requests.flag(request, "showInput", true);
            boolean showOutput = Requests.flag(request, "showOutput", true);
            String token = Requests.header(request, Responses.CONTINUATION);
            InstanceOrder order = order(request);
            if (order != null) {
                if (token != null && !token.isEmpty()) {
                    throw new BadRequestException(
                            "A list that is put in order does not go on: it has no continuation.");
                }
                int top = Requests.number(request, "top", MAX_SORTED, 1, MAX_SORTED);
                return responses.list(
                        new InstancePage(objects.get().client().list(filter, order, top, showInput, showOutput), null));
            }
            int top = Requests.number(request, "top", DEFAULT_TOP, 1, MAX_TOP);
            return responses.list(objects.get()
                    .client()
                    .list(filter, top, showInput, showOutput, token == null || token.isEmpty() ? null : token));
        });
    }

    private static @Nullable InstanceOrder order(HttpRequestMessage<?> request) {
        String text = Requests.query(request, "orderBy");
        if (text == null) {
            return null;
        }
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "createdtime", "createdtime asc" -> InstanceOrder.CREATED;
            case "createdtime desc" -> InstanceOrder.CREATED_LAST;
            case "lastupdatedtime", "lastupdatedtime asc" -> InstanceOrder.UPDATED;
            case "lastupdatedtime desc" -> InstanceOrder.UPDATED_LAST;
            default ->
                throw new BadRequestException("The query parameter 'orderBy' is one of createdTime, createdTime desc,"
                        + " lastUpdatedTime, lastUpdatedTime desc, not '" + text + "'.");
        };
    }
}
