package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.sim.Simulation.Result;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the simulator would find what it looks for: each of these bugs comes out within some hundred seeds. */
final class PlantedBugTest {
    private static final int SEEDS = 3_000;

    /** The missing one was found before searches woke what they find at once; whether it still breaks a promise is not known. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RELEASE_WITHOUT_GATE")
    void isFound(PlantedBugs bug) {
        find(bug);
    }

    /** The missing one was found before a sweep spared signs that are young: the window for it has become too short. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MARKED_SIGN_USED")
    void isFoundInALargerWorld(LargerWorldBugs bug) {
        find(bug);
    }

    private static void find(PlantedBug bug) {
        Simulation simulation = new Simulation();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Result result = simulation.once(seed, World.Setup.of(bug), new Play(bug.plot()), Trace.none());
            if (result.violation() != null) {
                return;
            }
        }
        assertThat(bug).as("found within " + SEEDS + " seeds").isNull();
    }
}
