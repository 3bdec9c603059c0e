package dev.soliton.sim;

import dev.soliton.sim.Simulation.Result;

/** Looks for a bug that was planted. */
final class BugHunt {
    private static final int SEEDS = 3_000;

    private BugHunt() {}

    /**
     * Fails where no seed shows the bug.
     *
     * @return what was violated
     */
    static String find(PlantedBug bug) {
        Simulation simulation = new Simulation();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Result result = simulation.once(seed, World.Setup.of(bug), new Play(bug.plot()), Trace.none());
            if (result.violation() != null) {
                return result.violation().what();
            }
        }
        throw new AssertionError(bug + " was not found within " + SEEDS + " seeds");
    }
}
