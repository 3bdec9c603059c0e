package dev.soliton.sim;

import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RowChange.ReplaceInstance;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Bugs of how activities are waited for that were told to stop. */
enum GracePeriodBugs implements PlantedBug {

    /** An execution ends, and its ID is free, while its activities are still under way. */
    END_WHILE_ACTIVITIES_RUN(Running.HAS_ENDED) {
        @Override
        public Plot plot() {
            return terminated(20_001);
        }

        @Override
        public Waits waits(Waits waits) {
            return withGracePeriods(waits, gracePeriod -> Duration.ZERO);
        }
    },

    /** They have a part of their time. That comes out where time jumps over those that would have used it. */
    CUT_SHORT(Running.HAS_ENDED) {
        @Override
        public Plot plot() {
            return terminated(20_001);
        }

        @Override
        public Waits waits(Waits waits) {
            return withGracePeriods(waits, gracePeriod -> gracePeriod.dividedBy(4));
        }
    },

    /** An execution that ends leaves its ID to others, whatever of it heeds no interruption. */
    ID_FREE_BESIDE_A_DEAF_ACTIVITY(Running.IS_RELEASED) {
        @Override
        public Plot plot() {
            return terminated(40_000);
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public WriteOutcome write(String instanceId, List<RowChange> changes) {
                    List<RowChange> twisted = new ArrayList<>(changes);
                    if (changes.get(0) instanceof ReplaceInstance replace
                            && replace.row().status().isTerminal()) {
                        twisted.set(
                                0,
                                new ReplaceInstance(
                                        released(replace.row(), replace.row().commitId()), replace.etag()));
                    }
                    return super.write(instanceId, twisted);
                }
            };
        }
    },

    /** What an owner has no turn of any more it releases at once, whatever of it heeds no interruption. */
    LET_GO_BEFORE_ITS_TIME(Running.IS_RELEASED) {
        @Override
        public Set<Ability> abilities() {
            return Set.of(Ability.SHORT_TIMEOUT);
        }

        @Override
        public Plot plot() {
            return AttackScenariosTest.jobs(1, AttackScenariosTest.act(300_000));
        }

        @Override
        public InstanceStore table(InstanceStore table, World world) {
            return new ForwardingInstanceStore(table) {
                @Override
                public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
                    Optional<Versioned<InstanceRow>> found = super.findRow(instanceId);
                    if (world.scheduler().current().name.contains("housekeeping")) {
                        found.ifPresent(orphan -> super.write(
                                instanceId,
                                List.of(new ReplaceInstance(released(orphan.row(), "released"), orphan.etag()))));
                    }
                    return found;
                }
            };
        }
    };

    private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);

    private final String seenAs;

    GracePeriodBugs(String seenAs) {
        this.seenAs = seenAs;
    }

    /** What the oracle has to say of it. */
    String seenAs() {
        return seenAs;
    }

    /** A job that is told to end while it works. */
    static Plot terminated(int millis) {
        Plot jobs = AttackScenariosTest.jobs(1, AttackScenariosTest.act(millis));
        return (play, world) -> {
            jobs.cast(play, world);
            play.terminator(world, "job0");
        };
    }

    private static InstanceRow released(InstanceRow row, String writeId) {
        return row.changed(row.status(), row.ownership().released(), row.values(), row.updatedAt(), writeId);
    }

    private static Waits withGracePeriods(Waits waits, UnaryOperator<Duration> twist) {
        return new Waits() {
            @Override
            public Duration elapsed() {
                return waits.elapsed();
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                waits.pause(time);
            }

            @Override
            public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws InterruptedException {
                return waits.take(queue, limit.equals(GRACE_PERIOD) ? twist.apply(limit) : limit);
            }
        };
    }
}
