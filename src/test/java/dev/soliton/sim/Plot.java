package dev.soliton.sim;

/** What there is in a play. */
@FunctionalInterface
interface Plot {

    /** Starts the processes, and says which instances and callers there are. */
    void cast(Play play, World world);
}
