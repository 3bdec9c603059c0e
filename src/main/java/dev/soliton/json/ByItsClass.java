package dev.soliton.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.impl.PropertySerializerMap;
import com.fasterxml.jackson.databind.ser.impl.TypeWrappedSerializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a value, of which nothing was declared, as if it stood alone: with its type's name, if its class asks for that.
 * Jackson asks the declared type instead, of which erasure leaves nothing in a {@code List<Shape>}.
 */
final class ByItsClass extends JsonSerializer<Object> {
    private final @Nullable BeanProperty property;
    private volatile PropertySerializerMap known = PropertySerializerMap.emptyForProperties();

    /** Takes the property whose value it is; null for an element. */
    ByItsClass(@Nullable BeanProperty property) {
        this.property = property;
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider serializers) throws IOException {
        Class<?> type = value.getClass();
        JsonSerializer<Object> found = known.serializerFor(type);
        if (found == null) {
            found = property == null
                    ? serializers.findTypedValueSerializer(type, true, null)
                    : ofProperty(type, serializers);
            known = known.newWith(type, found);
        }
        found.serialize(value, json, serializers);
    }

    /**
     * With the annotations of the property. Jackson's own search for both would find what it has learned of the class alone,
     * if that was written before.
     */
    private JsonSerializer<Object> ofProperty(Class<?> type, SerializerProvider serializers)
            throws JsonMappingException {
        JsonSerializer<Object> found = serializers.findValueSerializer(type, property);
        TypeSerializer typeName = serializers.findTypeSerializer(serializers.constructType(type));
        return typeName == null ? found : new TypeWrappedSerializer(typeName.forProperty(property), found);
    }

    @Override
    public void serializeWithType(
            Object value, JsonGenerator json, SerializerProvider serializers, TypeSerializer typeName)
            throws IOException {
        serializers
                .findValueSerializer(value.getClass(), property)
                .serializeWithType(value, json, serializers, typeName);
    }

    @Override
    public boolean isEmpty(SerializerProvider serializers, @Nullable Object value) {
        try {
            return value == null
                    || serializers
                            .findValueSerializer(value.getClass(), property)
                            .isEmpty(serializers, value);
        } catch (JsonMappingException unwritable) {
            return false; // said when it is written
        }
    }
}
