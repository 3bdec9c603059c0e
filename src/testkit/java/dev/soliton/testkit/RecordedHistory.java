package dev.soliton.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.soliton.azure.BlobPayloadStore;
import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.TableInstanceStore;
import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.ParentTask;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The history of an instance since it last continued as new, with all that its orchestrator received: enough to run the
 * orchestrator's present code against it, see {@link #replay}. As a text it can be kept among the resources of a test.
 *
 * <p>The text holds the inputs, results and events of the instance. Whoever takes it from a real one decides who may read it.
 */
public final class RecordedHistory {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int FIRST_VERSION = 1;
    private static final EngineJson ENGINE = new EngineJson();

    private final Subject subject;
    private final List<JournalEvent> events;

    /**
     * Whose history it is.
     *
     * @param name the orchestrator's
     * @param version the version of the orchestrator's code that it began with
     * @param input as JSON; null for none
     * @param parent the task that it was started for; null at the top level
     */
    record Subject(
            String name,
            int version,
            ExecutionKey key,
            RuntimeStatus status,
            @Nullable String input,
            @Nullable ParentTask parent) {}

    private RecordedHistory(Subject subject, List<JournalEvent> events) {
        this.subject = subject;
        this.events = List.copyOf(events);
    }

    /**
     * Reads the history of an instance of a real app, by its settings: {@code SOLITON_HUB} and {@code AzureWebJobsStorage},
     * or what the app has in its place. It changes nothing there.
     *
     * @throws AssertionError if there is no such instance
     */
    public static RecordedHistory read(Map<String, String> settings, String instanceId) {
        StorageAccount account = StorageAccount.of(settings);
        String hub = settings.getOrDefault("SOLITON_HUB", "");
        return of(new TableInstanceStore(account, hub), new BlobPayloadStore(account, hub)::get, instanceId);
    }

    /** Reads the history of an instance in those stores. */
    static RecordedHistory of(InstanceStore store, StoredTexts texts, String instanceId) {
        Partition state = store.load(instanceId);
        InstanceRow row = state.instance()
                .map(Versioned::row)
                .orElseThrow(() -> new AssertionError("There is no instance '" + instanceId + "'."));
        List<JournalEvent> events = new ArrayList<>();
        for (JournalRow written : state.journal()) {
            if (written.key().equals(row.key())
                    && written.number() < row.progress().journalRows()) {
                events.addAll(ENGINE.readEvents(inlined(written.events(), texts)));
            }
        }
        String input = text(row.values().input(), texts);
        return new RecordedHistory(
                new Subject(row.name(), versionOf(row), row.key(), row.status(), input, row.parent()), events);
    }

    private static int versionOf(InstanceRow row) {
        Integer recorded = row.progress().codeVersion();
        return recorded == null ? FIRST_VERSION : recorded;
    }

    /** Finds a text that is kept apart because of its length. */
    @FunctionalInterface
    interface StoredTexts {
        String get(String name);
    }

    private static @Nullable String text(@Nullable Payload payload, StoredTexts texts) {
        if (payload instanceof Payload.Stored stored) {
            return texts.get(stored.name());
        }
        return payload instanceof Payload.Inline inline ? inline.json() : null;
    }

    /** The same events with all texts in them. */
    private static String inlined(String json, StoredTexts texts) {
        JsonNode all = tree(json);
        for (JsonNode event : all) {
            for (String field : List.of("input", "result", "failure")) {
                if (event.get(field) instanceof ObjectNode value && value.hasNonNull("name")) {
                    String text = texts.get(value.get("name").textValue());
                    value.removeAll();
                    value.put("json", text);
                }
            }
        }
        return all.toString();
    }

    /**
     * A history that {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static RecordedHistory parse(String json) {
        JsonNode all = tree(json);
        if (!(all.get("events") instanceof ArrayNode events)) {
            throw new IllegalArgumentException("This is no recorded history: it has no events.");
        }
        JsonNode parent = all.path("parent");
        return new RecordedHistory(
                new Subject(
                        all.path("name").asText(),
                        all.path("version").asInt(FIRST_VERSION),
                        key(all),
                        RuntimeStatus.of(all.path("status").asText()),
                        all.hasNonNull("input") ? all.get("input").asText() : null,
                        parent.isObject()
                                ? new ParentTask(
                                        key(parent), parent.path("taskId").asInt())
                                : null),
                ENGINE.readEvents(events.toString()));
    }

    private static ExecutionKey key(JsonNode node) {
        return new ExecutionKey(
                node.path("instanceId").asText(),
                node.path("executionId").asText(),
                node.path("generation").asInt());
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("This is no recorded history: " + e.getOriginalMessage(), e);
        }
    }

    /** The history as a text, which {@link #parse} reads, in this version of Soliton and in later ones. */
    public String toJson() {
        ObjectNode all = MAPPER.createObjectNode();
        all.put("name", subject.name());
        all.put("version", subject.version());
        put(all, subject.key());
        all.put("status", subject.status().displayName());
        all.put("input", subject.input());
        ParentTask parent = subject.parent();
        if (parent != null) {
            ObjectNode node = all.putObject("parent");
            put(node, parent.key());
            node.put("taskId", parent.taskId());
        }
        all.set("events", tree(ENGINE.writeEvents(events)));
        return all.toPrettyString();
    }

    private static void put(ObjectNode node, ExecutionKey key) {
        node.put("instanceId", key.instanceId())
                .put("executionId", key.executionId())
                .put("generation", key.generation());
    }

    /** The name of the orchestrator. */
    public String orchestrator() {
        return subject.name();
    }

    /** The ID of the instance. */
    public String instanceId() {
        return subject.key().instanceId();
    }

    /** Where the instance stood. */
    public RuntimeStatus status() {
        return subject.status();
    }

    /**
     * Runs the present code of the orchestrator against the history. Nothing is called and nothing is stored: what the
     * orchestrator asks for, the history answers. It may ask for more where the history ends, unless the instance had
     * completed there.
     *
     * @param app has the orchestrator
     * @throws AssertionError if the code diverges from the history, so that a live instance would wait for other code; the
     *     message says which step is recorded and which was asked for. Also if the version of the code is not registered that
     *     the instance began with
     */
    public void replay(Registry app) {
        new Replay(subject, events).run(app);
    }

    @Override
    public String toString() {
        return subject.name() + " '" + instanceId() + "', " + subject.status().displayName() + ", " + events.size()
                + " events";
    }
}
