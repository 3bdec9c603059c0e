package dev.soliton.json;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.DataConverter;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Converts values by Jackson. It takes every module of Jackson that is found on the class path, keeps the zones of times,
 * the digits of numbers, and the type names of values in generic collections.
 */
public final class JacksonConverter implements DataConverter {
    private static final JacksonConverter STANDARD = new JacksonConverter(asItIs -> {});

    private final List<String> modules = new ArrayList<>();
    private final JsonMapper mapper;

    private JacksonConverter(Consumer<JsonMapper.Builder> settings) {
        JsonMapper.Builder builder = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(JsonText.CONSTRAINTS)
                        .build())
                // Of two modules of one kind the first counts. A zone of UTC is not to come back as Z.
                .addModule(new JavaTimeModule().disable(JavaTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID));
        for (Module found : JsonMapper.Builder.findModules(JacksonConverter.class.getClassLoader())) {
            modules.add(found.getModuleName());
            builder.addModule(found);
        }
        builder.addMixIn(FailureDetails.class, Components.class)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                // At nine in Berlin is not at +02:00: an offset changes with the season.
                .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // 1.5 is no whole number, and not 1.
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                // A double has 17 digits at most, and 1.10 is not 1.1.
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
        settings.accept(builder);
        mapper = builder.addModule(own()).build();
    }

    /** The converter of apps that name none. */
    public static JacksonConverter standard() {
        return STANDARD;
    }

    /**
     * A converter with settings of one's own. An app makes one, and gives it to its {@code Registry}.
     *
     * @param settings changes what {@link #standard} begins with: adds modules, mix-ins, features
     */
    public static JacksonConverter with(Consumer<JsonMapper.Builder> settings) {
        return new JacksonConverter(settings);
    }

    /** Does the work, and may be used for other JSON; it must not be changed. */
    public JsonMapper mapper() {
        return mapper;
    }

    /** The names of the modules that were found on the class path. */
    public List<String> modules() {
        return List.copyOf(modules);
    }

    @Override
    public String toJson(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException cause) {
            for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
                if (reason instanceof StreamConstraintsException) {
                    throw new DataConverterException(
                            "The value is larger than the app takes: it has more than " + JsonText.MAX_DEPTH
                                    + " levels.",
                            cause);
                }
            }
            throw new DataConverterException(
                    "A " + value.getClass().getName() + " cannot be turned into JSON: " + JsonText.reasonOf(cause),
                    cause);
        }
    }

    @Override
    public @Nullable Object fromJson(String json, Type type) {
        try {
            return mapper.readValue(json, mapper.constructType(type));
        } catch (JsonProcessingException cause) {
            throw new DataConverterException(
                    "The JSON cannot be read as " + type.getTypeName() + ": " + JsonText.reasonOf(cause), cause);
        }
    }

    private static Module own() {
        NoValue task = new NoValue("a task is no value; await it, and pass on what await() gives.");
        NoValue future = new NoValue("a future is no value; wait for it, and pass on what it gives.");
        NoValue context = new NoValue("a context is no value.");
        return new SimpleModule("soliton") {
            private static final long serialVersionUID = 1;

            @Override
            public void setupModule(SetupContext setup) {
                super.setupModule(setup);
                setup.addBeanSerializerModifier(new TypeNames());
            }
        }.addSerializer(Task.class, task)
                .addSerializer(Future.class, future)
                .addSerializer(CompletionStage.class, future)
                .addSerializer(OrchestrationContext.class, context)
                .addSerializer(ActivityContext.class, context);
    }

    /** The message has a second name, which is no second property. */
    @JsonIgnoreProperties("errorMessage")
    private interface Components {}
}
