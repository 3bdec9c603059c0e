package dev.soliton.engine;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.soliton.instance.Payload;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.TypeReference;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of the engine: the values of authors, and the events of the journal. */
final class EngineJson {
    // A text is bounded by the largest payload that the app accepts. Of the parser's other limits, that of a number's
    // length matters: turning a million digits into a number takes the JDK hours.
    private static final StreamReadConstraints CONSTRAINTS =
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build();

    // What a mapper has learned of a type is worth more than the mapper: there is one for all.
    private static final JsonMapper VALUES = mapper().build();
    private static final JsonMapper JOURNAL = mapper().addMixIn(JournalEvent.class, EventTypes.class)
            .addMixIn(Payload.class, PayloadTypes.class)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    /** A value as JSON; null for null. */
    @Nullable
    String write(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        try {
            return VALUES.writeValueAsString(value);
        } catch (JsonProcessingException cause) {
            throw new DataConverterException(
                    "A " + value.getClass().getName() + " cannot be turned into JSON: " + cause.getOriginalMessage(),
                    cause);
        }
    }

    /** JSON as a value of the type given; null for null. */
    <T> @Nullable T read(@Nullable String json, Class<T> type) {
        try {
            return json == null ? null : VALUES.readValue(json, type);
        } catch (JsonProcessingException cause) {
            throw unreadable(type, cause);
        }
    }

    /** JSON as a value of the generic type given; null for null. */
    <T> @Nullable T read(@Nullable String json, TypeReference<T> type) {
        try {
            return json == null ? null : VALUES.readValue(json, VALUES.constructType(type.getType()));
        } catch (JsonProcessingException cause) {
            throw unreadable(type.getType(), cause);
        }
    }

    private static DataConverterException unreadable(Type type, JsonProcessingException cause) {
        return new DataConverterException(
                "The JSON cannot be read as " + type.getTypeName() + ": " + cause.getOriginalMessage(), cause);
    }

    String writeFailure(FailureDetails failure) {
        return writeOwn(failure);
    }

    FailureDetails readFailure(String json) {
        FailureDetails failure = readOwn(json, FailureDetails.class);
        return failure == null ? FailureDetails.UNKNOWN : failure;
    }

    /** Events as a JSON array. */
    String writeEvents(List<JournalEvent> events) {
        // The declared type keeps the type names of the events; a plain list would lose them to erasure.
        return writeOwn(events.toArray(new JournalEvent[0]));
    }

    /** The events of a JSON array. */
    List<JournalEvent> readEvents(String json) {
        JournalEvent[] events = readOwn(json, JournalEvent[].class);
        if (events == null || Arrays.asList(events).contains(null)) {
            throw new UnreadableJournalException("it has nothing where an event should be.");
        }
        return List.of(events);
    }

    private String writeOwn(Object own) {
        try {
            return JOURNAL.writeValueAsString(own);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("The engine's own records can always be written.", cause);
        }
    }

    private <T> @Nullable T readOwn(String json, Class<T> type) {
        try {
            return JOURNAL.readValue(json, type);
        } catch (InvalidTypeIdException unknown) {
            throw new NewerJournalException(String.valueOf(unknown.getTypeId()));
        } catch (IOException cause) {
            throw new UnreadableJournalException(cause.getMessage());
        }
    }

    private static JsonMapper.Builder mapper() {
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build())
                .addModule(new JavaTimeModule())
                .addMixIn(FailureDetails.class, Components.class)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // 1.5 is no whole number, and not 1.
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE);
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
