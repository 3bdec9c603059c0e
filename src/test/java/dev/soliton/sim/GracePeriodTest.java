package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.sim.AttackScenariosTest.Attack;
import dev.soliton.sim.Simulation.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is granted to activities that were told to stop, and do not return. */
@Tag("simulation")
final class GracePeriodTest {
    private static final int SEEDS = 300;
    private static final Pattern BEGINNING = Pattern.compile(" begins work ([^:]+):\\S+ of job0 ");
    private static final Pattern END = Pattern.compile(" is done with work ([^:]+):\\S+ of job0 ");

    @Test
    void executionEndsBesideAnActivityThatOutlastsTheGracePeriod() {
        // It is not deaf; time jumps.
        assertThatNothingIsViolated(
                GracePeriodBugs.terminated(20_001), List::of, Set.of(Ability.SHORT_TIMEOUT), lines -> lines.stream()
                        .anyMatch(line -> line.contains("activities outlive their turn")));
    }

    @Test
    void nextExecutionBeginsBesideAnActivityThatIgnoresItsInterrupt() {
        Plot plot = (play, world) -> {
            AttackScenariosTest.jobs(1, AttackScenariosTest.act(120_000)).cast(play, world);
            play.asker(world, "job0", 1, ConflictPolicy.TERMINATE_EXISTING);
        };
        // The turn cannot end it, and leaves it to the worker.
        Attack attack = new Attack(AttackScenariosTest::terminates, Fault.LOST_REQUEST, 1, 8);
        assertThatNothingIsViolated(plot, attack::rules, Set.of(), GracePeriodTest::areTwoExecutionsAtWork);
    }

    private static void assertThatNothingIsViolated(
            Plot plot, Supplier<List<Rule>> rules, Set<Ability> abilities, Predicate<List<String>> isSeen) {
        Simulation simulation = new Simulation();
        int seen = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Result result = simulation.once(seed, World.Setup.of(rules.get(), abilities), new Play(plot), Trace.kept());
            assertThat(result.violation()).as(result.report()).isNull();
            seen += isSeen.test(result.lines()) ? 1 : 0;
        }
        assertThat(seen).isPositive();
    }

    private static boolean areTwoExecutionsAtWork(List<String> lines) {
        Map<String, Integer> atWork = new HashMap<>();
        for (String line : lines) {
            Matcher beginning = BEGINNING.matcher(line);
            Matcher end = END.matcher(line);
            if (beginning.find()) {
                atWork.merge(beginning.group(1), 1, Integer::sum);
            } else if (end.find()) {
                atWork.computeIfPresent(end.group(1), (execution, count) -> count == 1 ? null : count - 1);
            }
            if (atWork.size() > 1) {
                return true;
            }
        }
        return false;
    }
}
