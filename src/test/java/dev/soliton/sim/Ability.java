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
 * leaves all others out, and {@code -Dsoliton.sim.with=A,B} lets those take part that do not by themselves.
 */
enum Ability {
    /** Values longer than some characters are blobs. */
    BLOBS(false),
    /** A read of a partition takes several pages, between which others act. */
    PAGES,
    /** A commit takes several writes as soon as it has more than a few rows. */
    SPLITS;

    private static final Set<Ability> ONLY = named("soliton.sim.only");

    private static final Set<Ability> WITH = named("soliton.sim.with");

    private final boolean byItself;

    Ability() {
        this(true);
    }

    Ability(boolean byItself) {
        this.byItself = byItself;
    }

    private static Set<Ability> named(String property) {
        return Stream.of(System.getProperty(property, "").split(","))
                .filter(name -> !name.isBlank())
                .map(Ability::valueOf)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Ability.class)));
    }

    private boolean takesPart() {
        return ONLY.isEmpty() ? byItself || WITH.contains(this) : ONLY.contains(this);
    }

    /** Some by chance. Which they are does not depend on which take part, so that a seed stays what it is. */
    static Set<Ability> some(RandomGenerator random) {
        List<Ability> all = new ArrayList<>(Arrays.asList(values()));
        Set<Ability> some = EnumSet.noneOf(Ability.class);
        int count = new int[] {0, 0, 1, 1, 2, 3, 5}[random.nextInt(7)];
        for (int i = 0; i < count && !all.isEmpty(); i++) {
            some.add(all.remove(random.nextInt(all.size())));
        }
        some.addAll(ONLY);
        some.removeIf(ability -> !ability.takesPart());
        return some;
    }
}
