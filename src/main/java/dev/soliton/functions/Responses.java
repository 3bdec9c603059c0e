package dev.soliton.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import dev.soliton.azure.StorageSettingException;
import dev.soliton.client.Instance;
import dev.soliton.client.InstancePage;
import dev.soliton.client.InvalidSignalException;
import dev.soliton.client.ListTooLongException;
import dev.soliton.client.OutcomeUnknownException;
import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.PurgeSummary;
import dev.soliton.client.RewindOutcome;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.TooManyEventsException;
import dev.soliton.engine.HistoryEntry;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.InvalidContinuationException;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answers to callers. Every error is a JSON object with a {@code Message}.
 *
 * <p>The class is longer than 300 lines: it has every answer of the HTTP API, so that their form can be compared.
 */
final class Responses {
    /** The header for the place where a list goes on, in requests and in answers. */
    static final String CONTINUATION = "x-ms-continuation-token";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpRequestMessage<?> request;
    private final ExecutionContext invocation;
    private final Supplier<AppObjects> objects;
    private final RequestLog log;

    Responses(HttpRequestMessage<?> request, ExecutionContext invocation, Supplier<AppObjects> objects) {
        this.request = request;
        this.invocation = invocation;
        this.objects = objects;
        log = new RequestLog(invocation, objects);
    }

    /** Returns the answer, or an error for the failure to make one. It ends the log of the invocation. */
    HttpResponseMessage of(Supplier<HttpResponseMessage> answer) {
        try (log) {
            return answerOrError(() -> {
                if (UiRequest.isOfTheDashboard(request)) {
                    UiAccess.refuseChangeOfAReader(
                            request, objects.get().settings().ui());
                }
                return answer.get();
            });
        }
    }

    private HttpResponseMessage answerOrError(Supplier<HttpResponseMessage> answer) {
        try {
            return answer.get();
        } catch (BadRequestException refused) {
            return error(refused.status(), text(refused));
        } catch (InvalidInstanceIdException
                | InvalidSignalException
                | InvalidContinuationException
                | ListTooLongException refused) {
            return error(HttpStatus.BAD_REQUEST, text(refused));
        } catch (PayloadTooLargeException refused) {
            return error(HttpStatus.PAYLOAD_TOO_LARGE, text(refused));
        } catch (TooManyEventsException refused) {
            return retryLater(HttpStatus.TOO_MANY_REQUESTS, "10", text(refused));
        } catch (TooBusyException busy) {
            return retryLater(HttpStatus.SERVICE_UNAVAILABLE, "5", text(busy));
        } catch (OutcomeUnknownException unknown) {
            log.severe("outcome unknown: " + unknown, unknown);
            return retryLater(HttpStatus.SERVICE_UNAVAILABLE, "5", text(unknown));
        } catch (StorageException trouble) {
            log.severe("storage failed: " + trouble, trouble);
            return retryLater(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "5",
                    "The storage did not answer as it should. Nothing was started or changed; try again.");
        } catch (InvalidSettingException | StorageSettingException unusable) {
            log.severe("bad setting: " + unusable, unusable);
            return error(HttpStatus.INTERNAL_SERVER_ERROR, "The app is not set up: " + text(unusable));
        } catch (PayloadMissingException gone) {
            log.severe("payload missing: " + gone, gone);
            return error(HttpStatus.INTERNAL_SERVER_ERROR, text(gone));
        } catch (UnreadableRowException edited) {
            log.severe("row unreadable: " + edited, edited);
            return error(HttpStatus.INTERNAL_SERVER_ERROR, text(edited));
        } catch (RuntimeException | Error bug) {
            log.severe("internal error: " + bug, bug);
            return error(
                    HttpStatus.INTERNAL_SERVER_ERROR,
                    "Internal error; the app's log has it under the invocation " + invocation.getInvocationId() + ".");
        }
    }

    /** Writes a line of the log about an instance. */
    void note(Consumer<InstanceLog> line) {
        log.note(line);
    }

    /**
     * Writes down who did what, if the dashboard was used for it.
     *
     * @param action what was done, as the API calls it
     * @param instanceId to which instance; null if to those of a filter
     */
    void audit(String action, @Nullable String instanceId) {
        if (UiRequest.isOfTheDashboard(request)) {
            String reason = Requests.query(request, "reason");
            log.note(lines -> lines.line(
                    "audit",
                    "action",
                    action,
                    "by",
                    UiRequest.userOf(request),
                    "instanceId",
                    instanceId == null ? "" : instanceId,
                    "reason",
                    reason == null ? "" : reason));
        }
    }

    /**
     * 202 with the URIs to follow the instance by.
     *
     * @param waited how long the caller waited for the end, if that was shorter than requested
     */
    HttpResponseMessage accepted(StartOutcome.Accepted started, InstanceUris uris, @Nullable Duration waited) {
        ObjectNode body = following(started.instanceId(), uris)
                .put("executionId", started.executionId())
                .put("outcome", started.label());
        if (waited != null) {
            body.put("waited", waited.toSeconds());
        }
        return following(body, uris);
    }

    /** 202 with the URIs to follow an instance by, of which nothing else is known. */
    HttpResponseMessage followable(String instanceId, InstanceUris uris) {
        return following(following(instanceId, uris), uris);
    }

    private HttpResponseMessage following(ObjectNode body, InstanceUris uris) {
        return json(HttpStatus.ACCEPTED, body, Map.of("Location", uris.status(), "Retry-After", "10"));
    }

    private static ObjectNode following(String instanceId, InstanceUris uris) {
        return MAPPER.createObjectNode()
                .put("id", instanceId)
                .put("statusQueryGetUri", uris.status())
                .put("sendEventPostUri", uris.operation("raiseEvent/{eventName}"))
                .put("terminatePostUri", uris.operation("terminate?reason={text}"))
                .put("suspendPostUri", uris.operation("suspend?reason={text}"))
                .put("resumePostUri", uris.operation("resume?reason={text}"))
                .put("rewindPostUri", uris.operation("rewind?reason={text}"))
                .put("purgeHistoryDeleteUri", uris.status())
                .put("restartPostUri", uris.operation("restart"));
    }

    /** 200 with the output of an instance that completed, or the status of one that did not. */
    HttpResponseMessage ended(Instance instance, boolean failedIsAnError) {
        if (instance.status() == RuntimeStatus.COMPLETED) {
            String output = instance.output();
            return text(HttpStatus.OK, output == null ? "null" : output, Map.of());
        }
        return status(new Shown(instance, null, null), "", failedIsAnError);
    }

    /** 409 with the status of the instance that has the ID. */
    HttpResponseMessage rejected(StartOutcome.Rejected rejected) {
        ObjectNode existing = InstanceJson.status(rejected.holder());
        existing.remove("input");
        existing.remove("output");
        ObjectNode body = MAPPER.createObjectNode()
                .put("Message", "An instance with ID '" + rejected.holder().instanceId() + "' already exists.")
                .put("outcome", "rejected");
        body.set("existing", existing);
        return json(HttpStatus.CONFLICT, body, Map.of());
    }

    /**
     * The status of an instance.
     *
     * @param location the URI to poll, while the instance has not ended
     */
    HttpResponseMessage status(Shown shown, String location, boolean failedIsAnError) {
        Instance instance = shown.instance();
        ObjectNode body = InstanceJson.status(instance);
        if (shown.history() != null) {
            body.set("historyEvents", InstanceJson.history(shown.history()));
        }
        Map<String, String> headers = new HashMap<>();
        if (shown.continuation() != null) {
            headers.put(CONTINUATION, shown.continuation());
        }
        if (!instance.status().isTerminal()) {
            headers.put("Location", location);
            headers.put("Retry-After", "5");
            return json(HttpStatus.ACCEPTED, body, headers);
        }
        boolean error = failedIsAnError && instance.status() == RuntimeStatus.FAILED;
        return json(error ? HttpStatus.INTERNAL_SERVER_ERROR : HttpStatus.OK, body, headers);
    }

    /**
     * The content of a status.
     *
     * @param history the history; null if it was not requested
     * @param continuation where the history goes on; null at its end
     */
    record Shown(Instance instance, @Nullable List<HistoryEntry> history, @Nullable String continuation) {}

    /** A page of a list, with a header for the place where the list goes on. */
    HttpResponseMessage list(InstancePage page) {
        ArrayNode body = MAPPER.createArrayNode();
        page.instances().forEach(instance -> body.add(InstanceJson.status(instance)));
        String token = page.continuation();
        return json(HttpStatus.OK, body, token == null ? Map.of() : Map.of(CONTINUATION, token));
    }

    HttpResponseMessage purged(PurgeOutcome outcome, String instanceId) {
        if (outcome instanceof PurgeOutcome.NotFinished holder) {
            String status = holder.instance().status().displayName();
            return error(
                    HttpStatus.PRECONDITION_FAILED,
                    holder.instance().status().isTerminal()
                            ? "The instance '" + instanceId + "' is " + status
                                    + ", but not everybody who has to know was" + " told so yet. Try again soon."
                            : "The instance '" + instanceId + "' has not ended: it is " + status + ".");
        }
        return outcome instanceof PurgeOutcome.Purged ? purged(1) : noInstance(instanceId);
    }

    HttpResponseMessage purged(PurgeSummary summary) {
        if (!summary.isWhole()) {
            return json(
                    HttpStatus.OK,
                    MAPPER.createObjectNode()
                            .put("instancesDeleted", summary.purged())
                            .put("more", true),
                    Map.of());
        }
        return summary.purged() > 0
                ? purged(summary.purged())
                : error(HttpStatus.NOT_FOUND, "No instance that has ended was found to be purged.");
    }

    private HttpResponseMessage purged(int count) {
        return json(HttpStatus.OK, MAPPER.createObjectNode().put("instancesDeleted", count), Map.of());
    }

    /** 202 without a body; 404 if there is no instance, 410 if it has ended. */
    HttpResponseMessage signalled(SignalOutcome outcome, String instanceId) {
        if (outcome instanceof SignalOutcome.Ended ended) {
            String status = ended.instance().status().displayName();
            return error(HttpStatus.GONE, "The instance '" + instanceId + "' has ended: it is " + status + ".");
        }
        return outcome instanceof SignalOutcome.Accepted
                ? request.createResponseBuilder(HttpStatus.ACCEPTED).build()
                : noInstance(instanceId);
    }

    /** 202 without a body; 404 if there is no instance, 410 if it cannot go on, 412 if it has not failed. */
    HttpResponseMessage rewound(RewindOutcome outcome, String instanceId) {
        if (outcome instanceof RewindOutcome.NotFailed holder) {
            RuntimeStatus status = holder.instance().status();
            return status == RuntimeStatus.FAILED
                    ? error(
                            HttpStatus.PRECONDITION_FAILED,
                            "The instance '" + instanceId
                                    + "' is Failed, but not everybody who has to know was told so yet. Try again soon.")
                    : error(
                            status.isTerminal() ? HttpStatus.GONE : HttpStatus.PRECONDITION_FAILED,
                            "Only an instance that is Failed can be rewound; '" + instanceId + "' is "
                                    + status.displayName() + ".");
        }
        return outcome instanceof RewindOutcome.Rewound
                ? request.createResponseBuilder(HttpStatus.ACCEPTED).build()
                : noInstance(instanceId);
    }

    /** 200 with a JSON value. */
    HttpResponseMessage value(JsonNode value) {
        return json(HttpStatus.OK, value, Map.of());
    }

    /** 200 with a JSON document. */
    HttpResponseMessage document(String json) {
        return text(HttpStatus.OK, json, Map.of());
    }

    HttpResponseMessage noInstance(String instanceId) {
        return error(HttpStatus.NOT_FOUND, "There is no instance with ID '" + instanceId + "'.");
    }

    /** 404: the instance was started again, or has no such execution. */
    HttpResponseMessage noExecution(Instance instance, String executionId) {
        return error(
                HttpStatus.NOT_FOUND,
                "The instance '" + instance.instanceId() + "' has no execution '" + executionId
                        + "' any more, or never had: its execution is '" + instance.executionId()
                        + "', and the one asked for is not to follow it.");
    }

    HttpResponseMessage error(HttpStatusType status, String message) {
        return json(status, MAPPER.createObjectNode().put("Message", message), Map.of());
    }

    private HttpResponseMessage retryLater(HttpStatus status, String seconds, String message) {
        return json(status, MAPPER.createObjectNode().put("Message", message), Map.of("Retry-After", seconds));
    }

    private HttpResponseMessage json(HttpStatusType status, JsonNode body, Map<String, String> headers) {
        try {
            return text(status, MAPPER.writeValueAsString(body), headers);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A JSON tree can be written.", impossible);
        }
    }

    private HttpResponseMessage text(HttpStatusType status, String json, Map<String, String> headers) {
        HttpResponseMessage.Builder response = request.createResponseBuilder(status)
                .header("Content-Type", "application/json; charset=utf-8")
                .body(json);
        headers.forEach(response::header);
        return response.build();
    }

    private static String text(RuntimeException exception) {
        return String.valueOf(exception.getMessage());
    }
}
