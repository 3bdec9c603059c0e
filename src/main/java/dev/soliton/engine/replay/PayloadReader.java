package dev.soliton.engine.replay;

import dev.soliton.store.Payload;
import org.jspecify.annotations.Nullable;

/** Turns what is kept into the value of the type that was asked for. */
@FunctionalInterface
interface PayloadReader<V> {
    @Nullable
    V read(@Nullable Payload payload);
}
