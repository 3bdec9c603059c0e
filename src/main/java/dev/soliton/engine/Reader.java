package dev.soliton.engine;

import dev.soliton.instance.Payload;
import org.jspecify.annotations.Nullable;

/** Turns what is kept into the value of the type that was asked for. */
@FunctionalInterface
interface Reader<V> {
    @Nullable
    V read(@Nullable Payload payload);
}
