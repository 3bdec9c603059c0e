package dev.soliton.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What makes a simulated world larger than the simplest one. Each seed has some of them. {@code -Dsoliton.sim.only=A,B}
 * leaves all others out.
 */
enum Ability {
    /** Values longer than some characters are blobs. */
    BLOBS,
    /** A read of a partition takes several pages, between which others act. */
    PAGES,
    /** A commit takes several writes as soon as it has more than a few rows. */
    SPLITS,
    /** Signs of workers are made and leased in two steps, the client tries once more by itself, and so is the mark. */
    TWO_STEP_SIGNS,
    /** Renewals of leases are slow, and are answered. */
    SLOW_RENEWALS,
    /** The host ends a process for an invocation that does not come to its end within two minutes. */
    SHORT_TIMEOUT,
    /** Some processes are of a build that lacks an orchestrator. */
    MISSING_ORCHESTRATORS,
    /** Some processes are of a build that does not know an event which journals have. */
    OLDER_JOURNALS,
    /** Clocks of processes are set, back or ahead. */
    JUMPING_CLOCKS,
    /** What has ended is purged after a while; there are no actors. */
    RETENTION,
    /** The host of a process goes, and the process works on for a while. */
    LOST_HOSTS,
    /** Lines that are logged hang, and fail. */
    HANGING_LOGS,
    /** Actors are started by their letters, under keys and event IDs. */
    RAISE_OR_START,
    /** Jobs leave sub-orchestrations behind that they do not wait for. */
    LEFT_CHILDREN,
    /** An actor that is suspended gets very many letters, and is suspended and resumed very often. */
    FLOODS,
    /**
     * Some processes are of a build with other code: without the guarded steps of the newest, or with a step too many. It
     * came last, and is drawn by itself, so that the seeds before it stayed what they were.
     */
    CHANGED_CODE;

    private static final Set<Ability> ONLY = named("soliton.sim.only");

    private static Set<Ability> named(String property) {
        return Stream.of(System.getProperty(property, "").split(","))
                .filter(name -> !name.isBlank())
                .map(Ability::valueOf)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Ability.class)));
    }

    private boolean takesPart() {
        return ONLY.isEmpty() || ONLY.contains(this);
    }

    /** Some by chance. Which they are does not depend on which take part, so that a seed stays what it is. */
    static Set<Ability> some(RandomGenerator random) {
        List<Ability> all = new ArrayList<>(Arrays.asList(values()));
        all.remove(CHANGED_CODE);
        Set<Ability> some = EnumSet.noneOf(Ability.class);
        int count = new int[] {0, 0, 1, 1, 2, 3, 5}[random.nextInt(7)];
        for (int i = 0; i < count && !all.isEmpty(); i++) {
            some.add(all.remove(random.nextInt(all.size())));
        }
        if (random.nextInt(8) == 0) {
            some.add(CHANGED_CODE);
        }
        some.addAll(ONLY);
        some.removeIf(ability -> !ability.takesPart());
        return some;
    }
}
