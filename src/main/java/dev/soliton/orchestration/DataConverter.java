package dev.soliton.orchestration;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns the values of orchestrators and activities into JSON, and back. An app has one, which it gives to its {@link
 * Registry}; without one it is Soliton's own, {@code dev.soliton.json.JacksonConverter}.
 *
 * <p>What is in the journal of a live instance was written by the converter of that time, and is read by the one of
 * today, so a change must still read it. The journal itself, with its times, names and failures, is not converted by it.
 */
public interface DataConverter {

    /**
     * A value as JSON.
     *
     * @throws DataConverterException if there is none for it
     */
    String toJson(Object value);

    /**
     * JSON as a value of the type given; null if there is none.
     *
     * @throws DataConverterException if the JSON does not fit the type
     */
    @Nullable
    Object fromJson(String json, Type type);
}
