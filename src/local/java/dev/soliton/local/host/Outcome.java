package dev.soliton.local.host;

import org.jspecify.annotations.Nullable;

/** How an invocation ended. */
sealed interface Outcome {

    /** The function returned. */
    record Succeeded(@Nullable Object returned) implements Outcome {}

    /** It threw, could not be called, or ran out of time. */
    record Failed(Throwable cause) implements Outcome {}
}
