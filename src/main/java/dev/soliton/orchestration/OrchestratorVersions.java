package dev.soliton.orchestration;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an orchestrator whose code changes while instances of it live:
 *
 * <pre>{@code
 * registry.orchestrator("Fulfil").version(1, FulfilV1::new).version(2, FulfilV2::new);
 * }</pre>
 *
 * <p>An execution runs the newest version that is registered when it begins, and keeps it until it continues as new: each
 * generation takes the newest again, unless {@link #keptOnContinueAsNew} says otherwise. If its version is not registered,
 * the instance waits until it is, and its status gives the reason. So an older process leaves alone what a newer one has
 * begun, and a version can be removed when no instance runs it any more.
 *
 * <p>An orchestrator that was registered without a number has version 1.
 */
public final class OrchestratorVersions {
    private final String name;
    private final TreeMap<Integer, Supplier<? extends Orchestrator>> factories = new TreeMap<>();
    private boolean kept;

    OrchestratorVersions(String name) {
        this.name = name;
    }

    /**
     * Adds a version; the factory is asked for a new orchestrator for each run and each replay.
     *
     * @param number the number of the version, 1 or above
     * @throws IllegalArgumentException if the number is below 1 or taken already, or the factory is null
     */
    public OrchestratorVersions version(int number, Supplier<? extends Orchestrator> factory) {
        if (number < 1) {
            throw new IllegalArgumentException(
                    "The versions of the orchestrator '" + name + "' begin with 1: " + number + ".");
        }
        if (factory == null) {
            throw new IllegalArgumentException(
                    "Version " + number + " of the orchestrator '" + name + "' needs a factory.");
        }
        if (factories.putIfAbsent(number, factory) != null) {
            throw new IllegalArgumentException(
                    "There are two of version " + number + " of the orchestrator '" + name + "'.");
        }
        return this;
    }

    /** Makes an execution keep its version when it continues as new. */
    public OrchestratorVersions keptOnContinueAsNew() {
        kept = true;
        return this;
    }

    /** Whether an execution keeps its version when it continues as new. */
    public boolean isKeptOnContinueAsNew() {
        return kept;
    }

    /** The numbers of all versions, in ascending order. */
    public SortedSet<Integer> numbers() {
        return new TreeSet<>(factories.keySet());
    }

    /** The number of the newest version. */
    public int newest() {
        return factories.lastKey();
    }

    boolean isEmpty() {
        return factories.isEmpty();
    }

    Optional<Supplier<? extends Orchestrator>> factory(int number) {
        @Nullable Supplier<? extends Orchestrator> factory = factories.get(number);
        return Optional.ofNullable(factory);
    }
}
