package dev.soliton.sim;

/** Who calls what in a run, and what is to come of it. */
interface Story {

    /** Begins the strands of those who call; they run when the world does. */
    void begin(World world);

    /** Says what is not as it should be, when all has come to rest. */
    void check(World world);
}
