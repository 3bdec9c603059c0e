package dev.soliton.engine.runtime;

import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.Ownership;
import org.jspecify.annotations.Nullable;

/** The reasons that a status shows for an instance that does not make the expected progress. */
public final class StatusReasons {
    private StatusReasons() {}

    /** The reason by the strikes of the instance; null if it has none. */
    public static @Nullable String of(Ownership ownership) {
        int strikes = ownership.strikes() + ownership.sharedStrikes();
        if (strikes == 0) {
            return null;
        }
        return (strikes == 1 ? "A worker" : strikes + " workers in a row")
                + " vanished while running this instance, and nothing got done."
                + (Suspicion.of(ownership) == Suspicion.NONE ? "" : " It is suspected of ending them.");
    }

    /** The reason by the failure of a turn that is tried again. */
    public static String of(Throwable failure) {
        Throwable cause =
                failure instanceof EngineFailureException && failure.getCause() != null ? failure.getCause() : failure;
        return "Its turns fail, and are tried again: "
                + FailureDetails.of(cause).summary();
    }
}
