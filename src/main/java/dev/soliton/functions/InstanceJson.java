package dev.soliton.functions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.soliton.client.Instance;
import dev.soliton.engine.HistoryEntry;
import dev.soliton.engine.HistoryEntry.Field;
import dev.soliton.orchestration.ParentInstance;
import dev.soliton.store.Payloads;
import dev.soliton.store.WaitingFor;
import dev.soliton.store.WaitingForJson;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Instances and their histories as the JSON that callers see. */
final class InstanceJson {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private InstanceJson() {}

    static ObjectNode status(Instance instance) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("name", instance.name())
                .put("instanceId", instance.instanceId())
                .put("runtimeStatus", instance.status().displayName());
        putJson(body, "input", instance.input());
        putJson(body, "customStatus", instance.customStatus());
        putJson(body, "output", instance.output());
        body.put("createdTime", time(instance.createdAt()))
                .put("lastUpdatedTime", time(instance.updatedAt()))
                .put("executionId", instance.executionId())
                .put("owner", instance.owner())
                .put("reason", instance.reason())
                .put("scheduledStart", instance.startAt() == null ? null : time(instance.startAt()));
        ParentInstance parent = instance.parent();
        if (parent == null) {
            body.putNull("parent");
        } else {
            body.putObject("parent").put("instanceId", parent.instanceId()).put("executionId", parent.executionId());
        }
        WaitingFor waitingFor = instance.waitingFor();
        putJson(body, "waitingFor", waitingFor == null ? null : WaitingForJson.write(waitingFor));
        body.put("codeVersion", instance.codeVersion());
        return body;
    }

    static ArrayNode history(List<HistoryEntry> entries) {
        ArrayNode history = JsonNodeFactory.instance.arrayNode();
        entries.forEach(entry -> history.add(entry(entry)));
        return history;
    }

    private static ObjectNode entry(HistoryEntry entry) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("EventType", entry.eventType())
                .put("Timestamp", entry.timestamp().toString());
        for (Field field : entry.fields()) {
            if (field instanceof Field.Text text) {
                json.put(text.name(), text.value());
            } else if (field instanceof Field.Time time) {
                json.put(time.name(), time.value().toString());
            } else if (field instanceof Field.Json value) {
                putJson(json, value.name(), value.value());
            }
        }
        return json;
    }

    /**
     * Stored JSON is sent exactly as it was received. Text that somebody put into a row by hand and that is no JSON is
     * sent as a string, so that the rest of the answer stays readable.
     */
    static void putJson(ObjectNode body, String name, @Nullable String json) {
        if (json == null) {
            body.putNull(name);
        } else if (json.length() > Payloads.INLINE_LIMIT || isJson(json)) {
            body.putRawValue(name, new RawValue(json));
        } else {
            body.put(name, json);
        }
    }

    private static boolean isJson(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            boolean begins = parser.nextToken() != null;
            parser.skipChildren();
            return begins && parser.nextToken() == null;
        } catch (IOException notJson) {
            return false;
        }
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }
}
