package dev.soliton.sim;

import dev.soliton.engine.EngineLimits;
import dev.soliton.engine.WorkerStore;
import dev.soliton.instance.InstanceStore;
import dev.soliton.instance.Waits;
import dev.soliton.instance.WorkQueue;

/** What stands between a process and its storage. As it is here, it changes nothing. */
interface PlantedBug {
    PlantedBug NONE = new PlantedBug() {};

    default InstanceStore table(InstanceStore table, World world) {
        return table;
    }

    default WorkQueue queue(WorkQueue queue, World world) {
        return queue;
    }

    default WorkerStore workers(WorkerStore workers, World world) {
        return workers;
    }

    default EngineLimits limits(EngineLimits limits) {
        return limits;
    }

    default Waits waits(Waits waits) {
        return waits;
    }
}
