package dev.soliton.local.host;

import com.google.gson.Gson;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the worker makes a parameter's type of a text or of bytes: numbers by parsing, everything unknown by Gson. */
final class Conversions {

    private static final Gson GSON = new Gson();

    private static final Map<Type, Function<String, Object>> PARSERS = Map.ofEntries(
            Map.entry(String.class, text -> text),
            Map.entry(int.class, Integer::valueOf),
            Map.entry(Integer.class, Integer::valueOf),
            Map.entry(long.class, Long::valueOf),
            Map.entry(Long.class, Long::valueOf),
            Map.entry(short.class, Short::valueOf),
            Map.entry(Short.class, Short::valueOf),
            Map.entry(byte.class, Byte::valueOf),
            Map.entry(Byte.class, Byte::valueOf),
            Map.entry(double.class, Double::valueOf),
            Map.entry(Double.class, Double::valueOf),
            Map.entry(float.class, Float::valueOf),
            Map.entry(Float.class, Float::valueOf));

    private Conversions() {}

    /** A text as a value of the type, which may be an {@link Optional} of it. */
    static Object text(String text, Type type) {
        if (isOptional(type)) {
            return Optional.of(text(text, ((ParameterizedType) type).getActualTypeArguments()[0]));
        }
        Function<String, Object> parser = PARSERS.get(type);
        if (parser != null) {
            return parser.apply(text);
        }
        Object value = GSON.fromJson(text, type);
        if (value == null) {
            throw new ClassCastException("Cannot convert " + text + " to type " + type.getTypeName());
        }
        return value;
    }

    /** The content of a request, which is text, bytes or nothing, as a value of the type. */
    static @Nullable Object content(@Nullable Object content, Type type) {
        if (isOptional(type)) {
            Type of = ((ParameterizedType) type).getActualTypeArguments()[0];
            return Optional.ofNullable(content(content, of));
        } else if (content instanceof byte[] bytes) {
            return type.equals(byte[].class) ? bytes.clone() : text(new String(bytes, Charset.defaultCharset()), type);
        } else if (content == null) {
            return null;
        }
        return text((String) content, type);
    }

    /** The JSON by which the worker sends what is neither text, bytes nor a number. */
    static String json(Object value) {
        return GSON.toJson(value);
    }

    private static boolean isOptional(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType().equals(Optional.class);
    }
}
