package dev.soliton.sim;

import dev.soliton.engine.EngineLimits;
import dev.soliton.engine.WorkerStore;
import dev.soliton.instance.InstanceStore;
import dev.soliton.instance.Waits;
import dev.soliton.instance.WorkQueue;
import java.util.List;
import java.util.Set;

/** What stands between a process and its storage. As it is here, it changes nothing. */
interface PlantedBug {
    PlantedBug NONE = new PlantedBug() {};

    /** Where it is looked for. */
    default Plot plot() {
        return new RandomPlot();
    }

    /** Faults that lead to it, beside those that chance has. */
    default List<Rule> rules() {
        return List.of();
    }

    /** What the world has in which it is looked for, beside the simplest. */
    default Set<Ability> abilities() {
        return Set.of();
    }

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
