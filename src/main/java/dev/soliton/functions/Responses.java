package dev.soliton.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import dev.soliton.azure.StorageSettingException;
import dev.soliton.instance.Instance;
import dev.soliton.instance.InvalidInstanceIdException;
import dev.soliton.instance.InvalidSignalException;
import dev.soliton.instance.OutcomeUnknownException;
import dev.soliton.instance.PayloadMissingException;
import dev.soliton.instance.PayloadTooLargeException;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.SignalOutcome;
import dev.soliton.instance.StartOutcome;
import dev.soliton.instance.StorageException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/** Writes what callers are answered. Whatever goes wrong, they get a JSON object with a {@code Message}. */
final class Responses {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpRequestMessage<?> request;
    private final ExecutionContext invocation;

    Responses(HttpRequestMessage<?> request, ExecutionContext invocation) {
        this.request = request;
        this.invocation = invocation;
    }

    /** The answer, or the error that the failure to have one amounts to. */
    HttpResponseMessage of(Supplier<HttpResponseMessage> answer) {
        try {
            return answer.get();
        } catch (BadRequestException refused) {
            return error(refused.status(), text(refused));
        } catch (InvalidInstanceIdException | InvalidSignalException refused) {
            return error(HttpStatus.BAD_REQUEST, text(refused));
        } catch (PayloadTooLargeException refused) {
            return error(HttpStatus.PAYLOAD_TOO_LARGE, text(refused));
        } catch (OutcomeUnknownException unknown) {
            invocation.getLogger().log(Level.SEVERE, "outcome unknown: " + unknown, unknown);
            return retryLater(text(unknown));
        } catch (StorageException trouble) {
            invocation.getLogger().log(Level.SEVERE, "storage failed: " + trouble, trouble);
            return retryLater("The storage did not answer as it should. Nothing was started or changed; try again.");
        } catch (InvalidSettingException | StorageSettingException unusable) {
            invocation.getLogger().log(Level.SEVERE, "bad setting: " + unusable, unusable);
            return error(HttpStatus.INTERNAL_SERVER_ERROR, "The app is not set up: " + text(unusable));
        } catch (PayloadMissingException gone) {
            invocation.getLogger().log(Level.SEVERE, "payload missing: " + gone, gone);
            return error(HttpStatus.INTERNAL_SERVER_ERROR, text(gone));
        } catch (RuntimeException | Error bug) {
            invocation.getLogger().log(Level.SEVERE, "internal error: " + bug, bug);
            return error(
                    HttpStatus.INTERNAL_SERVER_ERROR,
                    "Internal error; the app's log has it under the invocation " + invocation.getInvocationId() + ".");
        }
    }

    /** 202 with the URIs to follow the instance by. */
    HttpResponseMessage started(StartOutcome.Started started, InstanceUris uris) {
        ObjectNode body = MAPPER.createObjectNode()
                .put("id", started.instanceId())
                .put("statusQueryGetUri", uris.status())
                .put("sendEventPostUri", uris.operation("raiseEvent/{eventName}"))
                .put("terminatePostUri", uris.operation("terminate?reason={text}"))
                .put("suspendPostUri", uris.operation("suspend?reason={text}"))
                .put("resumePostUri", uris.operation("resume?reason={text}"))
                .put("rewindPostUri", uris.operation("rewind?reason={text}"))
                .put("purgeHistoryDeleteUri", uris.status())
                .put("restartPostUri", uris.operation("restart"))
                .put("executionId", started.executionId())
                .put("outcome", "started");
        return json(HttpStatus.ACCEPTED, body, Map.of("Location", uris.status(), "Retry-After", "10"));
    }

    /** 409 with the status of the instance that has the ID. */
    HttpResponseMessage rejected(StartOutcome.Rejected rejected) {
        ObjectNode existing = status(rejected.holder());
        existing.remove("input");
        existing.remove("output");
        ObjectNode body = MAPPER.createObjectNode()
                .put("Message", "An instance with ID '" + rejected.holder().instanceId() + "' already exists.")
                .put("outcome", "rejected");
        body.set("existing", existing);
        return json(HttpStatus.CONFLICT, body, Map.of());
    }

    /** The status of an instance. */
    HttpResponseMessage status(Instance instance, InstanceUris uris, boolean failedIsAnError) {
        if (!instance.status().isTerminal()) {
            return json(HttpStatus.ACCEPTED, status(instance), Map.of("Location", uris.status(), "Retry-After", "5"));
        }
        boolean error = failedIsAnError && instance.status() == RuntimeStatus.FAILED;
        return json(error ? HttpStatus.INTERNAL_SERVER_ERROR : HttpStatus.OK, status(instance), Map.of());
    }

    /** 202 without a body; 404 or 410 where there is nobody to take it in. */
    HttpResponseMessage signalled(SignalOutcome outcome, String instanceId) {
        if (outcome instanceof SignalOutcome.Ended ended) {
            String status = ended.instance().status().displayName();
            return error(HttpStatus.GONE, "The instance '" + instanceId + "' has ended: it is " + status + ".");
        }
        return outcome instanceof SignalOutcome.Accepted
                ? request.createResponseBuilder(HttpStatus.ACCEPTED).build()
                : noInstance(instanceId);
    }

    HttpResponseMessage noInstance(String instanceId) {
        return error(HttpStatus.NOT_FOUND, "There is no instance with ID '" + instanceId + "'.");
    }

    HttpResponseMessage error(HttpStatusType status, String message) {
        return json(status, MAPPER.createObjectNode().put("Message", message), Map.of());
    }

    private HttpResponseMessage retryLater(String message) {
        return json(
                HttpStatus.SERVICE_UNAVAILABLE,
                MAPPER.createObjectNode().put("Message", message),
                Map.of("Retry-After", "5"));
    }

    private ObjectNode status(Instance instance) {
        ObjectNode body = MAPPER.createObjectNode()
                .put("name", instance.name())
                .put("instanceId", instance.instanceId())
                .put("runtimeStatus", instance.status().displayName());
        putJson(body, "input", instance.input());
        putJson(body, "customStatus", instance.customStatus());
        putJson(body, "output", instance.output());
        return body.put("createdTime", time(instance.createdAt()))
                .put("lastUpdatedTime", time(instance.updatedAt()))
                .put("executionId", instance.executionId())
                .put("owner", instance.owner())
                .put("reason", instance.reason());
    }

    /** Stored JSON goes out as it came in, to the letter. */
    private static void putJson(ObjectNode body, String name, @Nullable String json) {
        if (json == null) {
            body.putNull(name);
        } else {
            body.putRawValue(name, new RawValue(json));
        }
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }

    private HttpResponseMessage json(HttpStatusType status, ObjectNode body, Map<String, String> headers) {
        try {
            HttpResponseMessage.Builder response = request.createResponseBuilder(status)
                    .header("Content-Type", "application/json; charset=utf-8")
                    .body(MAPPER.writeValueAsString(body));
            headers.forEach(response::header);
            return response.build();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A JSON tree can be written.", impossible);
        }
    }

    private static String text(RuntimeException exception) {
        return String.valueOf(exception.getMessage());
    }
}
