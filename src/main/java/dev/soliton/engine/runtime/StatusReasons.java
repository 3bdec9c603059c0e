package dev.soliton.engine.runtime;

import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.Ownership;
import org.jspecify.annotations.Nullable;

/** Why an instance is not where somebody would expect it to be, in words for its status. */
public final class StatusReasons {
    private StatusReasons() {}

    /** What is known against the instance; null if nothing is. */
    public static @Nullable String of(Ownership ownership) {
        int strikes = ownership.strikes() + ownership.sharedStrikes();
        if (strikes == 0) {
            return null;
        }
        return (strikes == 1 ? "A worker" : strikes + " workers in a row")
                + " vanished while running this instance, and nothing got done."
                + (Suspicion.of(ownership) == Suspicion.NONE ? "" : " It is suspected of ending them.");
    }

    /** What made a turn fail that is tried again. */
    public static String of(Throwable failure) {
        Throwable cause =
                failure instanceof EngineFailureException && failure.getCause() != null ? failure.getCause() : failure;
        return "Its turns fail, and are tried again: "
                + FailureDetails.of(cause).summary();
    }
}
