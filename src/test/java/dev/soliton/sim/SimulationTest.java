package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.sim.Simulation.Result;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The protocol under faults and interleavings by chance. {@code -Dsoliton.sim.seeds=N} runs more seeds, {@code
 * -Dsoliton.sim.first=S} others, and {@code -Dsoliton.sim.seed=S} one of them, and prints what happens in it. {@code
 * -Dsoliton.sim.violations=N} goes on until so many were found.
 */
@Tag("simulation")
final class SimulationTest {
    private static final long FIRST = Long.getLong("soliton.sim.first", 1);
    private static final int MOST_VIOLATIONS = Integer.getInteger("soliton.sim.violations", 1);
    private static final int SEEDS = Integer.getInteger("soliton.sim.seeds", 1_000);

    @Test
    void keepsItsPromisesUnderEachSeed() {
        Long one = Long.getLong("soliton.sim.seed");
        Simulation simulation = new Simulation();
        if (one != null) {
            Result result = simulation.once(one, World.Setup.RANDOM, RandomPlot.play(), Trace.kept());
            result.lines().forEach(System.out::println);
            assertThat(result.violation()).as(result.report()).isNull();
            return;
        }
        Tally tally = new Tally();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Result result = simulation.run(seed, () -> World.Setup.RANDOM, RandomPlot::play);
            tally.add(result);
            if (result.violation() != null) {
                if (tally.violations() >= MOST_VIOLATIONS) {
                    throw new AssertionError(tally + "\n" + result.report());
                }
                System.out.println(result.report().lines().findFirst().orElse(""));
            }
            if ((seed - FIRST + 1) % 20_000 == 0) {
                System.out.println("SimulationTest: " + tally.inShort());
            }
        }
        System.out.println("SimulationTest from " + FIRST + ": " + tally.inShort() + tally);
        assertThat(tally.violations()).isZero();
    }

    @Test
    void repeatsTheSameRunUnderTheSameSeed() {
        for (long seed : List.of(3L, 4L, 5L, 6L)) {
            Result first = new Simulation().once(seed, World.Setup.RANDOM, RandomPlot.play(), Trace.kept());
            Result second = new Simulation().once(seed, World.Setup.RANDOM, RandomPlot.play(), Trace.kept());
            assertThat(second.lines()).isEqualTo(first.lines());
            assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
        }
    }
}
