package dev.soliton.engine.journal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.soliton.json.JacksonConverter;
import dev.soliton.json.JsonText;
import dev.soliton.orchestration.DataConverter;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TypeReference;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The JSON of the engine: authors' values, by their converter, and journal events, whose format is fixed. */
public final class EngineJson {
    // A mapper caches what it has learned of a type, which costs more than the mapper: so there is one for all.
    private static final JsonMapper JOURNAL = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .addModule(new JavaTimeModule())
            .addMixIn(FailureDetails.class, Components.class)
            .addMixIn(JournalEvent.class, EventTypes.class)
            .addMixIn(Payload.class, PayloadTypes.class)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .build();

    // Reads what a newer version of the app wrote, and skips the events that this one does not know.
    private static final ObjectMapper KNOWN = JOURNAL.copy().disable(DeserializationFeature.FAIL_ON_INVALID_SUBTYPE);

    // In the journal a null takes no room; readers of a history expect each field.
    private static final ObjectMapper FIELDS = JOURNAL.copy()
            .setDefaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS));

    private final DataConverter values;

    /** Converts values with Jackson, with the settings of Soliton. */
    public EngineJson() {
        this(JacksonConverter.standard());
    }

    /** Converts values as the app does. */
    public EngineJson(Registry app) {
        this(app.dataConverter().orElseGet(JacksonConverter::standard));
    }

    private EngineJson(DataConverter values) {
        this.values = values;
    }

    /**
     * A value as JSON; null for null.
     *
     * @throws DataConverterException if the value has no JSON, or its JSON could not be read again
     */
    public @Nullable String write(@Nullable Object value) {
        String text = convert(value);
        check(text);
        return text;
    }

    /** A value as the converter writes it; null for null. The caller still has to {@linkplain #check check} it. */
    public @Nullable String convert(@Nullable Object value) {
        if (value instanceof Task<?>) {
            throw new DataConverterException(
                    "A task cannot be turned into JSON: a task is no value; await it, and pass on what await() gives.",
                    null);
        }
        return value == null ? null : values.toJson(value);
    }

    /**
     * Refuses a text that could not be read again.
     *
     * @throws DataConverterException if it could not be read again
     */
    public static void check(@Nullable String text) {
        // As it is stored: half a surrogate pair is escaped there, and no parser accepts that in a name.
        String kept = Payloads.portable(text);
        JsonText.Flaw flaw = kept == null ? null : JsonText.flawOf(kept);
        if (flaw != null) {
            throw new DataConverterException(
                    (flaw.isTooLarge()
                                    ? "The value is larger than the app takes: "
                                    : "What was made of the value is not JSON: ")
                            + flaw.message(),
                    null);
        }
    }

    /** JSON as a value of the given type; null for null. */
    public <T> @Nullable T read(@Nullable String json, Class<T> type) {
        return this.<T>readAs(json, type);
    }

    /** JSON as a value of the given generic type; null for null. */
    public <T> @Nullable T read(@Nullable String json, TypeReference<T> type) {
        return this.<T>readAs(json, type.getType());
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // The converter keeps to the type that it is given.
    private <T> @Nullable T readAs(@Nullable String json, Type type) {
        return json == null ? null : (T) values.fromJson(json, type);
    }

    /** The engine's own fields as JSON, nulls included. */
    public String writeFields(Map<String, @Nullable Object> fields) {
        return write(FIELDS, fields);
    }

    public String writeFailure(FailureDetails failure) {
        return writeOwn(failure);
    }

    public FailureDetails readFailure(String json) {
        FailureDetails failure = readOwn(json, FailureDetails.class);
        return failure == null ? FailureDetails.UNKNOWN : failure;
    }

    /** Events as a JSON array. */
    public String writeEvents(List<JournalEvent> events) {
        // The declared type keeps the type names of the events; a plain list would lose them to erasure.
        return writeOwn(events.toArray(new JournalEvent[0]));
    }

    /** The events of a JSON array. */
    public List<JournalEvent> readEvents(String json) {
        JournalEvent[] events = readOwn(json, JournalEvent[].class);
        if (events == null || Arrays.asList(events).contains(null)) {
            throw new UnreadableJournalException("it has nothing where an event should be.");
        }
        return List.of(events);
    }

    /** The events of a JSON array that this version of the app knows. */
    public List<JournalEvent> readKnownEvents(String json) {
        JournalEvent[] events = readOwn(KNOWN, json, JournalEvent[].class);
        return events == null
                ? List.of()
                : Arrays.stream(events).filter(Objects::nonNull).toList();
    }

    private static String writeOwn(Object own) {
        return write(JOURNAL, own);
    }

    private static String write(ObjectMapper mapper, Object own) {
        try {
            return mapper.writeValueAsString(own);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("The engine's own records can always be written.", cause);
        }
    }

    private static <T> @Nullable T readOwn(String json, Class<T> type) {
        return readOwn(JOURNAL, json, type);
    }

    private static <T> @Nullable T readOwn(ObjectMapper mapper, String json, Class<T> type) {
        try {
            return mapper.readValue(json, type);
        } catch (InvalidTypeIdException unknown) {
            throw new NewerJournalException(String.valueOf(unknown.getTypeId()));
        } catch (IOException cause) {
            throw new UnreadableJournalException(cause.getMessage());
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = JournalEvent.ExecutionStarted.class, name = "ExecutionStarted"),
        @JsonSubTypes.Type(value = JournalEvent.TaskScheduled.class, name = "TaskScheduled"),
        @JsonSubTypes.Type(value = JournalEvent.TaskCompleted.class, name = "TaskCompleted"),
        @JsonSubTypes.Type(value = JournalEvent.TaskFailed.class, name = "TaskFailed"),
        @JsonSubTypes.Type(value = JournalEvent.SubOrchestrationScheduled.class, name = "SubOrchestrationScheduled"),
        @JsonSubTypes.Type(value = JournalEvent.SubOrchestrationCompleted.class, name = "SubOrchestrationCompleted"),
        @JsonSubTypes.Type(value = JournalEvent.SubOrchestrationFailed.class, name = "SubOrchestrationFailed"),
        @JsonSubTypes.Type(value = JournalEvent.TimerCreated.class, name = "TimerCreated"),
        @JsonSubTypes.Type(value = JournalEvent.TimerFired.class, name = "TimerFired"),
        @JsonSubTypes.Type(value = JournalEvent.EventSent.class, name = "EventSent"),
        @JsonSubTypes.Type(value = JournalEvent.EventRaised.class, name = "EventRaised"),
        @JsonSubTypes.Type(value = JournalEvent.VersionMarked.class, name = "VersionMarked"),
        @JsonSubTypes.Type(value = JournalEvent.ExecutionSuspended.class, name = "ExecutionSuspended"),
        @JsonSubTypes.Type(value = JournalEvent.ExecutionResumed.class, name = "ExecutionResumed"),
        @JsonSubTypes.Type(value = JournalEvent.ExecutionTerminated.class, name = "ExecutionTerminated"),
        @JsonSubTypes.Type(value = JournalEvent.ExecutionCompleted.class, name = "ExecutionCompleted"),
        @JsonSubTypes.Type(value = JournalEvent.ExecutionRewound.class, name = "ExecutionRewound")
    })
    private interface EventTypes {}

    /** The message has a second name, which is no second property. */
    @JsonIgnoreProperties("errorMessage")
    private interface Components {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
    @JsonSubTypes({@JsonSubTypes.Type(Payload.Inline.class), @JsonSubTypes.Type(Payload.Stored.class)})
    private interface PayloadTypes {}
}
