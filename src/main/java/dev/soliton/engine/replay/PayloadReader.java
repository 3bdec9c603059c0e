package dev.soliton.engine.replay;

import dev.soliton.store.Payload;
import org.jspecify.annotations.Nullable;

/** Reads a payload as a value of the requested type. */
@FunctionalInterface
interface PayloadReader<V> {
    @Nullable
    V read(@Nullable Payload payload);
}
