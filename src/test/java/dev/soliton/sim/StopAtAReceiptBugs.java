package dev.soliton.sim;

import dev.soliton.engine.Engine;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.util.Set;

/** Bugs of a process that is told to end when it was just given a message. */
enum StopAtAReceiptBugs implements PlantedBug {

    /** A message counts some steps after it was given: a stop that comes before finds nothing in hand. */
    COUNTED_LATE {
        @Override
        public void given(World world) {
            world.scheduler().point();
        }
    },

    /** What was given is not waited for, and nothing says that it was left behind. */
    LEFT_WITHOUT_A_MARK {
        @Override
        public void stop(Engine engine, Duration limit) {
            engine.stop(Duration.ZERO);
        }

        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return PlantedBugs.SIGN_TAKEN_BACK_WITH_CLAIMS.workers(workers, world);
        }
    };

    @Override
    public Plot plot() {
        return StopAtAReceipt.plot();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.LOST_HOSTS);
    }
}
