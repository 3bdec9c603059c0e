package dev.soliton.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.impl.IndexedListSerializer;
import com.fasterxml.jackson.databind.ser.std.CollectionSerializer;
import com.fasterxml.jackson.databind.ser.std.MapSerializer;
import com.fasterxml.jackson.databind.ser.std.ObjectArraySerializer;
import com.fasterxml.jackson.databind.type.ArrayType;
import com.fasterxml.jackson.databind.type.CollectionType;
import com.fasterxml.jackson.databind.type.MapType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Keeps the type names of values in collections, maps, arrays and properties whose declared type says nothing. */
final class TypeNames extends BeanSerializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public JsonSerializer<?> modifyCollectionSerializer(
            SerializationConfig config, CollectionType type, BeanDescription bean, JsonSerializer<?> serializer) {
        if (saysNothing(config, type.getContentType())) {
            if (serializer instanceof IndexedListSerializer list) {
                return list.withResolved(null, null, new ByItsClass(null), null);
            }
            if (serializer instanceof CollectionSerializer collection) {
                return collection.withResolved(null, null, new ByItsClass(null), null);
            }
        }
        return serializer;
    }

    @Override
    public JsonSerializer<?> modifyMapSerializer(
            SerializationConfig config, MapType type, BeanDescription bean, JsonSerializer<?> serializer) {
        return saysNothing(config, type.getContentType()) && serializer instanceof MapSerializer map
                ? map.withResolved(null, null, new ByItsClass(null), null, null, false)
                : serializer;
    }

    @Override
    public JsonSerializer<?> modifyArraySerializer(
            SerializationConfig config, ArrayType type, BeanDescription bean, JsonSerializer<?> serializer) {
        return saysNothing(config, type.getContentType()) && serializer instanceof ObjectArraySerializer array
                ? array.withResolved(null, null, new ByItsClass(null), null)
                : serializer;
    }

    @Override
    public JsonSerializer<?> modifySerializer(
            SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
        JavaType type = bean.getType();
        return type.hasRawClass(Optional.class)
                        && type.getContentType() != null
                        && saysNothing(config, type.getContentType())
                ? new OfOptional()
                : serializer;
    }

    private static final class OfOptional extends JsonSerializer<Optional<?>> {
        private final ByItsClass value = new ByItsClass(null);

        @Override
        public void serialize(Optional<?> optional, JsonGenerator json, SerializerProvider serializers)
                throws IOException {
            if (optional.isPresent()) {
                value.serialize(optional.get(), json, serializers);
            } else {
                serializers.defaultSerializeNull(json);
            }
        }

        @Override
        public boolean isEmpty(SerializerProvider serializers, Optional<?> optional) {
            return optional.isEmpty();
        }
    }

    @Override
    public List<BeanPropertyWriter> changeProperties(
            SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> properties) {
        for (BeanPropertyWriter property : properties) {
            if (saysNothing(config, property.getType())
                    && !property.hasSerializer()
                    && property.getTypeSerializer() == null
                    && !property.isUnwrapping()) {
                property.assignSerializer(new ByItsClass(property));
            }
        }
        return properties;
    }

    /** An author who has switched on type names for everything has them by Jackson. */
    private static boolean saysNothing(SerializationConfig config, JavaType declared) {
        return declared.isJavaLangObject() && config.getDefaultTyper(declared) == null;
    }
}
