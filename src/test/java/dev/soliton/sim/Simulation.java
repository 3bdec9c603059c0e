package dev.soliton.sim;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs seeds, one after another. */
final class Simulation {
    private static final int MOST_LINES = 400;

    private final SimThread.Pool threads = new SimThread.Pool();

    /**
     * What came of a seed.
     *
     * @param abilities what the world had
     * @param violation what was violated; null if nothing was
     * @param fingerprint stands for all choices that were made
     * @param faults how many calls met with one, and messages that were delivered twice
     * @param lines what happened, if it was asked for
     */
    record Result(
            long seed,
            Set<Ability> abilities,
            @Nullable Violation violation,
            long fingerprint,
            long steps,
            int faults,
            List<String> lines) {

        /** Says what was violated, and what led to it. */
        String report() {
            StringBuilder report = new StringBuilder("seed ").append(seed);
            if (!abilities.isEmpty()) {
                report.append(' ').append(abilities);
            }
            if (violation == null) {
                return report.append(": nothing was violated").toString();
            }
            report.append(": ").append(violation.what()).append('\n');
            int from = Math.max(0, lines.size() - MOST_LINES);
            if (from > 0) {
                report.append("  … ").append(from).append(" lines before\n");
            }
            lines.subList(from, lines.size())
                    .forEach(line -> report.append("  ").append(line).append('\n'));
            return report.toString();
        }
    }

    /** Runs a seed; if something was violated, once more with a trace. */
    Result run(long seed, Supplier<World.Setup> setup, Supplier<? extends Story> story) {
        Result result = once(seed, setup.get(), story.get(), Trace.none());
        if (result.violation() == null) {
            return result;
        }
        Result again = once(seed, setup.get(), story.get(), Trace.kept());
        if (again.fingerprint() != result.fingerprint()) {
            throw new IllegalStateException("seed " + seed + " did not do the same again: "
                    + result.violation().what() + ", then " + again.violation());
        }
        return again;
    }

    Result once(long seed, World.Setup setup, Story story, Trace trace) {
        World world = new World(seed, setup, threads, trace);
        story.begin(world);
        world.scheduler().run();
        if (world.scheduler().violation() == null) {
            story.check(world);
        }
        return new Result(
                seed,
                world.abilities(),
                world.scheduler().violation(),
                world.scheduler().fingerprint(),
                world.scheduler().steps(),
                world.faults().injected(),
                trace.lines());
    }
}
