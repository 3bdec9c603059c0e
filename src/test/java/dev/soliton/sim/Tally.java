package dev.soliton.sim;

import dev.soliton.sim.Simulation.Result;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of many seeds, in all and by what their worlds had. */
final class Tally {
    private final Counts all = new Counts();
    private final Counts simple = new Counts();
    private final Map<Ability, Counts> byAbility = new EnumMap<>(Ability.class);
    private final long since = System.nanoTime();

    private static final class Counts {
        long seeds;
        long steps;
        long faults;
        long violations;

        void add(Result result) {
            seeds++;
            steps += result.steps();
            faults += result.faults();
            violations += result.violation() == null ? 0 : 1;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%,d seeds, %,d steps, %,d faults, %,d violations", seeds, steps, faults, violations);
        }
    }

    void add(Result result) {
        all.add(result);
        if (result.abilities().isEmpty()) {
            simple.add(result);
        }
        result.abilities().forEach(ability -> byAbility
                .computeIfAbsent(ability, first -> new Counts())
                .add(result));
    }

    /** How many seeds violated something. */
    long violations() {
        return all.violations;
    }

    /** In one line. */
    String inShort() {
        double seconds = (System.nanoTime() - since) / 1e9;
        return all + String.format(Locale.ROOT, ", %.0f seeds a second", all.seeds / seconds);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, "in all", all);
        append(text, "the simplest", simple);
        byAbility.forEach((ability, counts) -> append(text, ability.name(), counts));
        return text.toString();
    }

    private static void append(StringBuilder text, String what, @Nullable Counts counts) {
        text.append(String.format(Locale.ROOT, "%n  %-18s %s", what, counts));
    }
}
