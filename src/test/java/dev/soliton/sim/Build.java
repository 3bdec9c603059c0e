package dev.soliton.sim;

/** A build of the app. All but the newest lack something, as those do that a slot swap or a rollback brings back. */
enum Build {
    NEWEST,
    WITHOUT_PROGRAM,
    WITHOUT_ACTOR,
    /** Journals have an event that it does not know. */
    WITHOUT_AN_EVENT,
    /** Its programs lack the guarded steps of the newest. */
    BEFORE_THE_CHANGE,
    /** Its programs ask for a step in each replay that no journal has. */
    DIVERGING
}
