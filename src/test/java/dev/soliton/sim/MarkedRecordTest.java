package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.sim.Simulation.Result;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A worker whose record was marked before its first lease, see {@link MarkedRecord}. */
@Tag("simulation")
final class MarkedRecordTest {
    private static final int SEEDS = 60;

    @Test
    void workerWhoseRecordIsMarkedBeforeItsLeaseRegistersAgain() {
        Simulation simulation = new Simulation();
        int marked = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Result result = simulation.once(
                    seed,
                    World.Setup.of(List.of(), Set.of(Ability.TWO_STEP_SIGNS)),
                    new Play(MarkedRecord.plot()),
                    Trace.kept());
            assertThat(result.violation()).as(result.report()).isNull();
            marked += result.lines().stream().anyMatch(line -> line.contains("MARKED")) ? 1 : 0;
        }
        assertThat(marked).isPositive();
    }
}
