package dev.soliton.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.soliton.json.JsonText;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The text of a {@link WorkMessage} in the queue: a JSON object, all ASCII, because the queue's protocol is XML, which
 * cannot carry every character.
 *
 * <p>Properties that are not known are ignored, so that a newer version can add some while an older one still runs.
 */
public final class WorkMessageJson {
    private static final String INSTANCE_ID = "instanceId";
    private static final String EXECUTION_ID = "executionId";
    private static final String REASON = "reason";
    private static final String DUE = "due";
    private static final String BASE = "base";
    private static final String ETAG = "etag";
    private static final String ATTEMPT = "attempt";
    private static final String GIVEN_UP = "givenUp";
    private static final String FAILURES = "failures";

    /** The longest execution ID that is believed, in UTF-16 characters: with a prefix it is a key of a table. */
    private static final int MAX_EXECUTION_ID_LENGTH = 256;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private WorkMessageJson() {}

    /** Writes a message. */
    public static String write(WorkMessage message) {
        ObjectNode json = JSON.createObjectNode();
        json.put(INSTANCE_ID, message.instanceId());
        json.put(EXECUTION_ID, message.executionId());
        json.put(REASON, message.reason().name().toLowerCase(Locale.ROOT));
        if (message.due() != null) {
            json.put(DUE, message.due().toString());
        }
        WorkMessage.Base base = message.base();
        if (base != null) {
            json.putObject(BASE).put(ETAG, base.etag());
        }
        if (message.attempt() != 0) {
            json.put(ATTEMPT, message.attempt());
        }
        if (message.givenUp() != 0) {
            json.put(GIVEN_UP, message.givenUp());
        }
        if (message.failures() != 0) {
            json.put(FAILURES, message.failures());
        }
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree of strings and numbers can be written.", impossible);
        }
    }

    /**
     * Reads a message. A reason that this version does not know counts as a wake.
     *
     * @throws MalformedMessageException if the text is none
     */
    public static WorkMessage parse(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new MalformedMessageException("it is not JSON: " + JsonText.reasonOf(e), text, e);
        }
        if (!json.isObject()) {
            throw new MalformedMessageException("it is not a JSON object.", text, null);
        }
        return new Fields(json, text).message();
    }

    /** The fields of a text that is a JSON object. */
    private record Fields(JsonNode json, String text) {

        WorkMessage message() {
            return new WorkMessage(
                    instanceId(),
                    executionId(),
                    reason(),
                    due(reason()),
                    base(),
                    count(ATTEMPT),
                    count(GIVEN_UP),
                    count(FAILURES));
        }

        private String instanceId() {
            try {
                return InstanceId.check(string(json, INSTANCE_ID));
            } catch (InvalidInstanceIdException e) {
                throw new MalformedMessageException(
                        "its " + INSTANCE_ID + " cannot be one. " + e.getMessage(), text, e);
            }
        }

        private String executionId() {
            String id = string(json, EXECUTION_ID);
            if (id.isEmpty() || id.length() > MAX_EXECUTION_ID_LENGTH) {
                throw malformed(
                        EXECUTION_ID, "has 1 to " + MAX_EXECUTION_ID_LENGTH + " characters, not " + id.length());
            }
            if (!InstanceId.canBegin(id)) {
                // It is a part of the keys of rows, and of the names of blobs.
                throw malformed(EXECUTION_ID, "has characters that none has");
            }
            return id;
        }

        private WorkMessage.Reason reason() {
            String name = string(json, REASON);
            for (WorkMessage.Reason reason : WorkMessage.Reason.values()) {
                if (reason.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return reason;
                }
            }
            // A newer version of the app gave it. What is to be done is in the row, as far as this version can do it.
            return WorkMessage.Reason.WAKE;
        }

        private @Nullable Instant due(WorkMessage.Reason reason) {
            if (reason != WorkMessage.Reason.TIMER) {
                return null;
            }
            try {
                return Instant.parse(string(json, DUE));
            } catch (DateTimeParseException notATime) {
                throw malformed(DUE, "is not a time");
            }
        }

        private WorkMessage.@Nullable Base base() {
            JsonNode base = json.path(BASE);
            if (base.isMissingNode() || base.isNull()) {
                return null;
            }
            require(BASE, base, JsonNode::isObject, "is not an object");
            return new WorkMessage.Base(string(base, ETAG));
        }

        private int count(String name) {
            JsonNode count = json.path(name);
            if (count.isMissingNode()) {
                return 0;
            }
            require(
                    name,
                    count,
                    number -> number.isIntegralNumber() && number.canConvertToInt() && number.intValue() >= 0,
                    "is not a number from 0 to " + Integer.MAX_VALUE);
            return count.intValue();
        }

        private String string(JsonNode object, String name) {
            JsonNode value = object.path(name);
            require(name, value, JsonNode::isTextual, value.isMissingNode() ? "is missing" : "is not a string");
            return value.textValue();
        }

        private void require(String name, JsonNode value, Predicate<JsonNode> rule, String problem) {
            if (!rule.test(value)) {
                throw malformed(name, problem);
            }
        }

        private MalformedMessageException malformed(String name, String problem) {
            return new MalformedMessageException("its " + name + " " + problem + ".", text, null);
        }
    }
}
