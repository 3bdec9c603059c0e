package dev.soliton.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is held against the engine where a lease runs out and nothing went wrong, and what is not. */
@Tag("simulation")
final class RenewalsTest {
    /** Those before show other things that come of these bugs. */
    private static final int FIRST = 250;

    private static final int SEEDS = 600;

    private final Renewals renewals = new Renewals();
    private final Renewals.Waits waits = new Renewals.Waits();

    /** Bugs that end healthy workers. */
    enum Bug implements PlantedBug {
        /** Renewals wait for other work of their process. */
        RENEWALS_WAIT_FOR_OTHER_WORK {
            @Override
            public WorkerStore workers(WorkerStore workers, World world) {
                return new ForwardingWorkerStore(workers) {
                    @Override
                    public boolean renew(String worker, String leaseId) {
                        world.scheduler().sleep(Duration.ofSeconds(8));
                        return super.renew(worker, leaseId);
                    }
                };
            }
        },

        /** The third renewal of a lease is taken for refused. */
        RENEWAL_TAKEN_FOR_REFUSED {
            @Override
            public WorkerStore workers(WorkerStore workers, World world) {
                return new ForwardingWorkerStore(workers) {
                    private int sent;

                    @Override
                    public boolean renew(String worker, String leaseId) {
                        return super.renew(worker, leaseId) && ++sent % 3 > 0;
                    }
                };
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stepThatIsRunTwiceSinceAHealthyWorkerEndedIsFound(Bug bug) {
        // Where records are made in two steps nobody asks whether the worker itself was well.
        World.Setup setup = new World.Setup(bug, List.of(), false, Set.of(Ability.TWO_STEP_SIGNS));
        assertThat(isFound(setup, "run twice, though nothing went wrong")).isTrue();
    }

    @Test
    void healthyWorkerThatEndsIsFound() {
        World.Setup setup = new World.Setup(Bug.RENEWALS_WAIT_FOR_OTHER_WORK, List.of(), false, Set.of());
        assertThat(isFound(setup, "a worker has ended, though nothing went wrong"))
                .isTrue();
    }

    private static boolean isFound(World.Setup setup, String what) {
        Simulation simulation = new Simulation();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Violation violation = simulation
                    .once(seed, setup, new Play(new RandomPlot()), Trace.none())
                    .violation();
            if (violation != null && violation.what().startsWith(what)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void jumpsOfTimeBesideARenewalThatIsNotDueExcuseNothing() {
        renewals.good("w", waits, seconds(100), seconds(100));
        waits.add(seconds(80), seconds(100));
        waits.add(seconds(117), seconds(130));
        assertThat(renewals.werePassedOver("w")).isFalse();
        assertThat(renewals.werePassedOver("somebody else")).isFalse();
    }

    @Test
    void oneJumpOverARenewalExcusesNothingAndMoreThanOneDo() {
        renewals.good("w", waits, seconds(100), seconds(100));
        waits.add(seconds(110), seconds(113));
        assertThat(renewals.werePassedOver("w")).isFalse();
        // Two strands of the process could go on.
        waits.add(seconds(110), seconds(113));
        assertThat(renewals.werePassedOver("w")).isFalse();
        waits.add(seconds(113), seconds(114));
        assertThat(renewals.werePassedOver("w")).isTrue();
        renewals.good("w", waits, seconds(113), seconds(115));
        assertThat(renewals.werePassedOver("w")).isFalse();
    }

    @Test
    void lateAnswerUndoesNoExcuseOfAWorkerThatHasEnded() {
        renewals.good("w", waits, seconds(100), seconds(100));
        waits.add(seconds(110), seconds(113));
        waits.add(seconds(113), seconds(114));
        renewals.good("w", waits, seconds(114), seconds(118));
        assertThat(renewals.werePassedOver("w")).isTrue();
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
