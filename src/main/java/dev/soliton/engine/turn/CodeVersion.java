package dev.soliton.engine.turn;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.OrchestratorVersions;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InstanceRow;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The version of an orchestrator's code that runs a generation. The first turn of the generation takes the newest, and its
 * first commit records that in the row.
 *
 * @param name the orchestrator's name
 * @param number the version
 */
record CodeVersion(Registry registry, String name, int number) {
    /** What an orchestrator without a number has, and what ran all generations that began before there were numbers. */
    private static final int UNNUMBERED = 1;

    /**
     * The version that runs the generation of the row.
     *
     * @param begun whether its orchestrator has begun
     */
    static CodeVersion of(InstanceRow row, boolean begun, Registry registry) {
        Integer recorded = row.progress().codeVersion();
        int number = recorded != null
                ? recorded
                : begun
                        ? UNNUMBERED
                        : registry.versions(row.name())
                                .map(OrchestratorVersions::newest)
                                .orElse(UNNUMBERED);
        return new CodeVersion(registry, row.name(), number);
    }

    /** The version that runs the next generation: the newest, unless the orchestrator keeps its own. */
    CodeVersion ofNextGeneration() {
        return versions()
                .filter(versions -> !versions.isKeptOnContinueAsNew())
                .map(versions -> new CodeVersion(registry, name, versions.newest()))
                .orElse(this);
    }

    /** Whether this version of the app has it. */
    boolean isRegistered() {
        return versions()
                .filter(versions -> versions.numbers().contains(number))
                .isPresent();
    }

    /** Why the instance waits if it is not registered. */
    String missing() {
        SortedSet<Integer> numbers = versions().orElseThrow().numbers();
        return "Version " + number + " of the orchestrator '" + name
                + "' is not registered in this version of the app, which has " + numbers + ".";
    }

    /** Runs the code. Its factory is the author's code too, and a failure of it is a failure of the orchestrator. */
    @Nullable
    Object run(OrchestrationContext context) throws Exception {
        return registry.newOrchestrator(name, number).orElseThrow().run(context);
    }

    private Optional<OrchestratorVersions> versions() {
        return registry.versions(name);
    }
}
