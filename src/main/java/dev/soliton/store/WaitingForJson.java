package dev.soliton.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.soliton.store.WaitingFor.Calls;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an execution waits for as JSON: as the storage keeps it, and as callers see it. */
public final class WaitingForJson {
    private static final JsonMapper JSON = new JsonMapper();

    private WaitingForJson() {}

    /** Writes it. */
    public static String write(WaitingFor what) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode events = json.putArray("events");
        what.events().forEach(events::add);
        ArrayNode timers = json.putArray("timers");
        what.timers().forEach(due -> timers.add(due.toString()));
        put(json.putArray("activities"), what.activities());
        put(json.putArray("subOrchestrations"), what.subOrchestrations());
        return json.put("unclaimedEvents", what.unclaimedEvents())
                .put("unclaimedCharacters", what.unclaimedCharacters())
                .put("more", what.more())
                .toString();
    }

    private static void put(ArrayNode into, List<Calls> calls) {
        calls.forEach(call -> into.addObject().put("name", call.name()).put("count", call.count()));
    }

    /** Reads it. What somebody edited counts as nothing: it is shown, and no more. */
    public static @Nullable WaitingFor read(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(text);
            return new WaitingFor(
                    list(json.path("events"), JsonNode::asText),
                    list(json.path("timers"), due -> Instant.parse(due.asText())),
                    list(json.path("activities"), WaitingForJson::calls),
                    list(json.path("subOrchestrations"), WaitingForJson::calls),
                    json.path("unclaimedEvents").asInt(),
                    json.path("unclaimedCharacters").asLong(),
                    json.path("more").asBoolean());
        } catch (JsonProcessingException | DateTimeParseException edited) {
            return null;
        }
    }

    private static Calls calls(JsonNode json) {
        return new Calls(json.path("name").asText(), json.path("count").asInt());
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> reader) {
        List<T> list = new ArrayList<>();
        array.forEach(element -> list.add(reader.apply(element)));
        return list;
    }
}
