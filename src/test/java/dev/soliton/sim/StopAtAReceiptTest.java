package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.sim.Simulation.Result;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that are told to end when they were just given a message, see {@link StopAtAReceipt}. */
@Tag("simulation")
final class StopAtAReceiptTest {
    private static final int SEEDS = 300;

    /** Each seed without any fault but the stops, and hosts that go. */
    private static Stream<Result> results(PlantedBug bug) {
        Simulation simulation = new Simulation();
        World.Setup setup = new World.Setup(bug, List.of(), false, Set.of(Ability.LOST_HOSTS));
        return LongStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> simulation.once(seed, setup, new Play(StopAtAReceipt.plot()), Trace.kept()));
    }

    @Test
    void messageThatWasReceivedAndNotBegunGoesOnElsewhere() {
        long putBack = results(PlantedBug.NONE)
                .peek(result ->
                        assertThat(result.violation()).as(result.report()).isNull())
                .filter(result -> result.lines().stream().anyMatch(line -> line.contains("about to stop")))
                .count();
        assertThat(putBack).as("seeds in which a turn had not begun").isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void bugIsFoundByTheViolationItCauses(StopAtAReceiptBugs bug) {
        assertThat(results(bug))
                .anyMatch(result ->
                        result.violation() != null && result.violation().what().startsWith("stands still"));
    }
}
