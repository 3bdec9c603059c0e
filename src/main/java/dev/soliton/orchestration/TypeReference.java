package dev.soliton.orchestration;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A generic type that can be handed around: {@code new TypeReference<List<String>>() {}}.
 *
 * @param <T> the type referred to
 */
public abstract class TypeReference<T> {
    private final Type type;

    protected TypeReference() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
            throw new IllegalStateException("A TypeReference needs its type argument: new TypeReference<...>() {}");
        }
        this.type = parameterized.getActualTypeArguments()[0];
    }

    /** The type referred to. */
    public final Type getType() {
        return type;
    }
}
