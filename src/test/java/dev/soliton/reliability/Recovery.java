package dev.soliton.reliability;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.RunName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * How long it took until an instance went on whose owner was killed or stopped in the middle of an activity.
 *
 * @param cause how the owner was struck
 * @param millis from then to the beginning of the next activity under another owner
 */
record Recovery(Event cause, String instance, long process, long millis) {

    /** All of them, in the order in which the instances went on. */
    static List<Recovery> in(List<Line> lines) {
        Map<RunName, Line> running = new HashMap<>();
        Map<String, Blow> struck = new HashMap<>();
        List<Recovery> recoveries = new ArrayList<>();
        for (Line line : lines) {
            switch (line.event()) {
                case START -> {
                    Blow blow = struck.get(line.instance());
                    if (blow != null && blow.fence() < line.fence()) {
                        struck.remove(line.instance());
                        recoveries.add(blow.until(line));
                    }
                    running.put(nameOf(line), line);
                }
                case END, FAIL, INTERRUPT -> running.remove(nameOf(line));
                case KILLED, STOPPED -> {
                    Iterator<Line> runs = running.values().iterator();
                    while (runs.hasNext()) {
                        Line run = runs.next();
                        if (run.process() == line.process()) {
                            // Of one that is struck again before it went on the first blow counts.
                            struck.putIfAbsent(run.instance(), new Blow(line, run.fence()));
                            runs.remove();
                        }
                    }
                }
                case GONE, RESUMED, MARK -> {}
            }
        }
        return recoveries;
    }

    /** What struck an owner, and the fence of what it ran then. */
    private record Blow(Line line, long fence) {
        Recovery until(Line start) {
            return new Recovery(line.event(), start.instance(), line.process(), start.time() - line.time());
        }
    }

    /** The figures of some of them. */
    record Figures(int count, double medianSeconds, double worstSeconds) {
        static Figures of(List<Recovery> recoveries, Set<Event> causes) {
            return of(recoveries.stream()
                    .filter(recovery -> causes.contains(recovery.cause()))
                    .mapToLong(Recovery::millis));
        }

        /** The figures of times in milliseconds. */
        static Figures of(LongStream millis) {
            long[] sorted = millis.sorted().toArray();
            int count = sorted.length;
            if (count == 0) {
                return new Figures(0, 0, 0);
            }
            long median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
            return new Figures(count, median / 1000.0, sorted[count - 1] / 1000.0);
        }
    }

    private static RunName nameOf(Line line) {
        return new RunName(line.task(), line.fence());
    }
}
