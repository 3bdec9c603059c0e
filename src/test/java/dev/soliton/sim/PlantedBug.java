package dev.soliton.sim;

import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
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

    default PayloadStore texts(PayloadStore texts, World world) {
        return texts;
    }

    /** Whether gates are read last where a read has pages. */
    default boolean readsGatesLast() {
        return false;
    }

    /** The time by the clock of a process that nobody sets. */
    default Duration elapsed(SimProcess process, Duration elapsed) {
        return elapsed;
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

    /** Whether the host deletes a message when it has handed it over, and not when it is answered. */
    default boolean deletesAtOnce() {
        return false;
    }

    /** What happens in a process between the receipt of a message from the host and the engine. */
    default void given(World world) {}

    /** What a process does that is told to end. */
    default void stop(Engine engine, Duration limit) {
        engine.stop(limit);
    }
}
