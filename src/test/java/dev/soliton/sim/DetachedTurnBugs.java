package dev.soliton.sim;

import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.SharingLimits;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.WorkerStore;
import java.time.Duration;

/** Bugs of turns whose message is answered before they are over, in a world where all are that wait for long. */
enum DetachedTurnBugs implements PlantedBug {

    /** A message is answered when nobody owns its instance yet, and nothing is put in its place. */
    ANSWERED_BEFORE_THE_CLAIM {
        @Override
        public boolean deletesAtOnce() {
            return true;
        }
    },

    /**
     * A process that is told to end does not count them as work in hand: it waits for none, and takes its record away.
     */
    NOT_HANDED_OVER_AT_A_STOP {
        @Override
        public void stop(Engine engine, Duration limit) {
            engine.stop(Duration.ZERO);
        }

        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return PlantedBugs.SIGN_TAKEN_BACK_WITH_CLAIMS.workers(workers, world);
        }
    },

    /** What owned them is not searched for when its worker dies: without a message nothing leads there. */
    NOT_SEARCHED_FOR {
        @Override
        public WorkerStore workers(WorkerStore workers, World world) {
            return new ForwardingWorkerStore(workers) {
                @Override
                public boolean tryDeclareDead(String worker) {
                    return false;
                }
            };
        }
    };

    @Override
    public EngineLimits limits(EngineLimits limits) {
        SharingLimits real = limits.sharing();
        return new EngineLimits(
                limits.maxEvents(),
                limits.lease(),
                limits.functionTimeout(),
                new SharingLimits(real.hold(), real.rest(), real.patience(), 0, Integer.MAX_VALUE),
                limits.writes());
    }
}
