package dev.soliton.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;

/** Refuses what stands for a value that may come, wherever in a value it is: its getters would be written instead. */
final class NoValue extends JsonSerializer<Object> {
    private final String message;

    NoValue(String message) {
        this.message = message;
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider serializers) throws IOException {
        throw JsonMappingException.from(json, message);
    }

    @Override
    public void serializeWithType(
            Object value, JsonGenerator json, SerializerProvider serializers, TypeSerializer typeName)
            throws IOException {
        serialize(value, json, serializers);
    }
}
