package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.sim.Simulation.Result;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the simulator would find what can be wrong about turns that go on without their message. */
final class DetachedTurnBugTest {
    private static final int SEEDS = 3_000;

    @ParameterizedTest
    @EnumSource
    void isFound(DetachedTurnBugs bug) {
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
