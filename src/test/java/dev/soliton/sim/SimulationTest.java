package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.sim.Simulation.Result;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The protocol under faults and interleavings by chance. {@code -Dsoliton.sim.seeds=N} runs more seeds, {@code
 * -Dsoliton.sim.first=S} others, and {@code -Dsoliton.sim.seed=S} one of them, and prints what happens in it.
 */
final class SimulationTest {
    private static final long FIRST = Long.getLong("soliton.sim.first", 1);
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
        LongAdder steps = new LongAdder();
        LongAdder faults = new LongAdder();
        LongStream.range(FIRST, FIRST + SEEDS).forEach(seed -> {
            Result result = simulation.run(seed, () -> World.Setup.RANDOM, RandomPlot::play);
            if (result.violation() != null) {
                throw new AssertionError(result.report());
            }
            steps.add(result.steps());
            faults.add(result.faults());
        });
        System.out.println(
                "SimulationTest: " + SEEDS + " seeds from " + FIRST + ", " + steps + " steps, " + faults + " faults");
    }

    @Test
    void doesTheSameAgainUnderTheSameSeed() {
        for (long seed : List.of(3L, 4L, 5L, 6L)) {
            Result first = new Simulation().once(seed, World.Setup.RANDOM, RandomPlot.play(), Trace.kept());
            Result second = new Simulation().once(seed, World.Setup.RANDOM, RandomPlot.play(), Trace.kept());
            assertThat(second.lines()).isEqualTo(first.lines());
            assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
        }
    }
}
