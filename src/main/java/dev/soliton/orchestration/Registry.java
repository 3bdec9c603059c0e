package dev.soliton.orchestration;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The orchestrators and activities of the app, by name. The app fills it once, at start; afterwards it is only read.
 * Names are case-sensitive, and stay in the history of instances: renaming one strands the instances that use it.
 */
public final class Registry {
    /** The longest name, in characters. */
    public static final int MAX_NAME_LENGTH = 256;

    private final Map<String, OrchestratorVersions> orchestrators = new HashMap<>();
    private final Map<String, Supplier<? extends Activity>> activities = new HashMap<>();
    private final Set<String> internal = new HashSet<>();
    private final Map<String, OrchestratorDescription> descriptions = new HashMap<>();
    private @Nullable DataConverter dataConverter;

    /**
     * Adds an orchestrator; the factory is asked for a new one for each run and each replay.
     *
     * @throws IllegalArgumentException if the name is not usable or taken already, or the factory is null
     */
    public Registry orchestrator(String name, Supplier<? extends Orchestrator> factory) {
        if (factory == null) {
            throw new IllegalArgumentException("The orchestrator '" + name + "' needs a factory.");
        }
        orchestrator(name).version(1, factory);
        return this;
    }

    /**
     * Adds an orchestrator of which several versions are registered, see {@link OrchestratorVersions}.
     *
     * @throws IllegalArgumentException if the name is not usable or taken already
     */
    public OrchestratorVersions orchestrator(String name) {
        OrchestratorVersions versions = new OrchestratorVersions(name);
        add(orchestrators, "orchestrator", name, versions);
        return versions;
    }

    /**
     * Adds an orchestrator that only orchestrators, and code of the app, can start: callers of the HTTP functions are told
     * that they may not. For parts of a whole that checked their input.
     *
     * @throws IllegalArgumentException if the name is not usable or taken already, or the factory is null
     */
    public Registry internal(String name, Supplier<? extends Orchestrator> factory) {
        orchestrator(name, factory);
        internal.add(name);
        return this;
    }

    /**
     * Says what an orchestrator does, for those who start it by hand.
     *
     * @param name an orchestrator that was added before
     * @throws IllegalArgumentException if there is no such orchestrator, or it was described before
     */
    public Registry describe(String name, OrchestratorDescription description) {
        if (!hasOrchestrator(name)) {
            throw new IllegalArgumentException(
                    "Add the orchestrator '" + name + "' first: what is not there cannot be described.");
        }
        if (descriptions.putIfAbsent(name, description) != null) {
            throw new IllegalArgumentException("There are two descriptions of the orchestrator '" + name + "'.");
        }
        return this;
    }

    /** What is said of an orchestrator; empty if nothing is. */
    public Optional<OrchestratorDescription> description(String name) {
        return Optional.ofNullable(descriptions.get(name));
    }

    /**
     * Chooses what turns values into JSON and back, for all orchestrators and activities; it must be thread-safe.
     *
     * @throws IllegalArgumentException if one was chosen before
     */
    public Registry dataConverter(DataConverter converter) {
        if (dataConverter != null) {
            throw new IllegalArgumentException("A data converter was chosen before.");
        }
        dataConverter = converter;
        return this;
    }

    /** What turns values into JSON and back; empty if none was chosen. */
    public Optional<DataConverter> dataConverter() {
        return Optional.ofNullable(dataConverter);
    }

    /**
     * Adds an activity; the factory is asked for a new one for each call.
     *
     * @throws IllegalArgumentException if the name is not usable or taken already, or the factory is null
     */
    public Registry activity(String name, Supplier<? extends Activity> factory) {
        add(activities, "activity", name, factory);
        return this;
    }

    /**
     * Adds everything of another registry.
     *
     * @throws IllegalArgumentException if a name, or the choice of a data converter, is in both; this registry may have
     *     taken a part of the other then
     */
    public Registry addAll(Registry other) {
        other.orchestrators.forEach((name, versions) -> add(orchestrators, "orchestrator", name, versions));
        other.activities.forEach(this::activity);
        internal.addAll(other.internal);
        other.descriptions.forEach(this::describe);
        other.dataConverter().ifPresent(this::dataConverter);
        return this;
    }

    /** The names of all orchestrators, in alphabetical order. */
    public Set<String> orchestrators() {
        return orchestrators.keySet().stream()
                .filter(this::hasOrchestrator)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of all activities, in alphabetical order. */
    public Set<String> activities() {
        return new TreeSet<>(activities.keySet());
    }

    /** Whether an orchestrator of that name is there. */
    public boolean hasOrchestrator(String name) {
        return versions(name).isPresent();
    }

    /** Whether an orchestrator of that name is there which callers from outside may not start. */
    public boolean isInternal(String name) {
        return internal.contains(name);
    }

    /**
     * A new orchestrator of that name, of its newest version; empty if there is none.
     *
     * @throws IllegalStateException if its factory returns null
     */
    public Optional<Orchestrator> newOrchestrator(String name) {
        return versions(name).flatMap(versions -> newOrchestrator(name, versions.newest()));
    }

    /**
     * A new orchestrator of that name and version; empty if there is none.
     *
     * @throws IllegalStateException if its factory returns null
     */
    public Optional<Orchestrator> newOrchestrator(String name, int version) {
        return versions(name)
                .flatMap(versions -> versions.factory(version))
                .map(factory -> made("orchestrator", name, factory.get()));
    }

    /** The versions of the orchestrator of that name; empty if there is none. */
    public Optional<OrchestratorVersions> versions(String name) {
        return Optional.ofNullable(orchestrators.get(name)).filter(versions -> !versions.isEmpty());
    }

    /**
     * A new activity of that name; empty if there is none.
     *
     * @throws IllegalStateException if its factory returns null
     */
    public Optional<Activity> newActivity(String name) {
        return Optional.ofNullable(activities.get(name)).map(factory -> made("activity", name, factory.get()));
    }

    private static <T> T made(String kind, String name, @Nullable T made) {
        if (made == null) {
            throw new IllegalStateException("The factory of the " + kind + " '" + name + "' returned null.");
        }
        return made;
    }

    /**
     * Refuses what cannot be a name.
     *
     * @param kind what is named, for the message
     * @throws IllegalArgumentException if the name is null, blank, too long, or has control characters or half surrogate pairs
     */
    public static void checkName(String kind, @Nullable String name) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("An " + kind + " needs a name.");
        }
        if (name.length() > MAX_NAME_LENGTH || name.codePoints().anyMatch(Registry::isUnfit)) {
            throw new IllegalArgumentException("The name of an " + kind + " has at most " + MAX_NAME_LENGTH
                    + " characters and no control characters: '" + name + "'.");
        }
    }

    private static <T> void add(Map<String, T> entries, String kind, String name, @Nullable T factory) {
        checkName(kind, name);
        if (factory == null) {
            throw new IllegalArgumentException("The " + kind + " '" + name + "' needs a factory.");
        }
        if (entries.putIfAbsent(name, factory) != null) {
            throw new IllegalArgumentException("There are two of the " + kind + " '" + name + "'.");
        }
    }

    private static boolean isUnfit(int character) {
        int type = Character.getType(character);
        return Character.isISOControl(character)
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }
}
