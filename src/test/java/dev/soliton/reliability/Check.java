package dev.soliton.reliability;

import dev.soliton.e2e.app.ActivityLog.Line;

/** One part of the checker: sees every line in its order, and then all the rest. */
interface Check {

    /** Sees the next line. */
    default void see(Line line) {}

    /** All lines were seen. */
    default void conclude(Evidence evidence) {}
}
