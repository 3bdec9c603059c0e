package dev.soliton.reliability;

import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.RunName;
import dev.soliton.reliability.Violation.Rule;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One owner at a time: whoever starts an activity of an instance owns it, and is the only one to run any.
 *
 * <p>What must be granted to a process that was stopped from outside: what it had begun may end after its successor has
 * begun, and what it was just about to begin, past all questions, may begin in the moment in which it goes on. Both have
 * a fencing token that is lower than the successor's. Nothing is granted to a process that was not stopped.
 */
final class OwnerCheck implements Check {
    /** How long a process may take, when it goes on, to find out that it stood still. */
    static final long WAKING_UP = 5_000;

    private final BiConsumer<Rule, String> violations;
    private final Map<Long, Standstill> standstills = new HashMap<>();
    private final Map<String, Map<RunName, Begun>> running = new HashMap<>();
    private final Map<String, Begun> newest = new HashMap<>();
    private int seen;
    private int outlived;
    private int late;

    OwnerCheck(BiConsumer<Rule, String> violations) {
        this.violations = violations;
    }

    /** A run of an activity, and how many lines came before it. */
    private record Begun(Line line, int position) {}

    /**
     * The last time that a process was stopped.
     *
     * @param position how many lines came before
     * @param until when it went on, in milliseconds; null as long as it stands still
     */
    private record Standstill(int position, @Nullable Long until) {
        boolean mayStillBeUnknown(long time) {
            return until == null || time <= until + WAKING_UP;
        }
    }

    /** How many activities of stopped owners were still under way when their successors began. */
    int outlived() {
        return outlived;
    }

    /** How many activities stopped owners began in the moment in which they went on. */
    int late() {
        return late;
    }

    @Override
    public void see(Line line) {
        switch (line.event()) {
            case START -> begin(new Begun(line, seen));
            case END, FAIL, INTERRUPT -> runs(line.instance()).remove(nameOf(line));
            case KILLED, GONE ->
                running.values().forEach(runs -> runs.values()
                        .removeIf(run -> run.line().process() == line.process()));
            case STOPPED -> standstills.put(line.process(), new Standstill(seen, null));
            case RESUMED ->
                standstills.computeIfPresent(
                        line.process(), (process, stopped) -> new Standstill(stopped.position(), line.time()));
            case MARK -> {}
        }
        seen++;
    }

    private void begin(Begun run) {
        Line line = run.line();
        Begun highest = newest.get(line.instance());
        if (highest != null && line.fence() < highest.line().fence()) {
            Standstill standstill = standstills.get(line.process());
            if (standstill == null
                    || standstill.position() > highest.position()
                    || !standstill.mayStillBeUnknown(line.time())) {
                violations.accept(Rule.FENCE_WENT_BACK, line + "  after  " + highest.line());
            }
            late++;
            return;
        }
        if (highest != null
                && line.fence() == highest.line().fence()
                && line.process() != highest.line().process()) {
            violations.accept(Rule.TWO_OWNERS, "one fence: " + line + "  and  " + highest.line());
        }
        for (Begun other : runs(line.instance()).values()) {
            if (other.line().process() == line.process() && other.line().fence() == line.fence()) {
                continue;
            }
            Standstill standstill = standstills.get(other.line().process());
            if (standstill == null
                    || standstill.position() < other.position()
                    || !standstill.mayStillBeUnknown(line.time())) {
                violations.accept(Rule.TWO_OWNERS, line + "  beside  " + other.line());
            }
            outlived++;
        }
        newest.put(line.instance(), run);
        runs(line.instance()).put(nameOf(line), run);
    }

    private Map<RunName, Begun> runs(String instance) {
        return running.computeIfAbsent(instance, id -> new LinkedHashMap<>());
    }

    private static RunName nameOf(Line line) {
        return new RunName(line.task(), line.fence());
    }
}
