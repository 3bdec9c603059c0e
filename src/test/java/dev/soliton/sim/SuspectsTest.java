package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.SharingLimits;
import dev.soliton.sim.Simulation.Result;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What instances that end their processes cost others, and that they are found guilty, and only they. */
@Tag("simulation")
final class SuspectsTest {
    private static final long FIRST = Long.getLong("soliton.sim.first", 1);
    private static final int SEEDS = Integer.getInteger("soliton.sim.suspects", 60);

    /** A suspect holds up its process until nothing is at work there. */
    private static final PlantedBug WAITS_FOR_ALL = new PlantedBug() {
        @Override
        public EngineLimits limits(EngineLimits limits) {
            Duration always = Duration.ofMinutes(10);
            return new EngineLimits(
                    limits.maxEvents(),
                    limits.lease(),
                    limits.functionTimeout(),
                    new SharingLimits(always, Duration.ZERO, Duration.ofDays(1), 12, 32));
        }
    };

    private static Supplier<World.Setup> without(PlantedBug bug) {
        return () -> new World.Setup(bug, bug.rules(), false);
    }

    @Test
    void suspectsHoldUpNobodyForLongAndTheKillersFail() {
        Simulation simulation = new Simulation();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Result result = simulation.run(seed, without(PlantedBug.NONE), SuspectPlay::new);
            if (result.violation() != null) {
                throw new AssertionError(result.report());
            }
        }
    }

    @Test
    void bugOfASuspectThatHoldsUpItsProcessIsFound() {
        Simulation simulation = new Simulation();
        boolean found = false;
        for (long seed = 1; seed <= 200 && !found; seed++) {
            found = simulation
                            .once(seed, without(WAITS_FOR_ALL).get(), new SuspectPlay(), Trace.none())
                            .violation()
                    != null;
        }
        assertThat(found).isTrue();
    }
}
