package dev.soliton.engine.replay;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The timers that an execution awaits, or may still await. */
public final class Timers {
    private final Map<Integer, Timer> byId = new HashMap<>();
    private final TreeSet<Timer> byTime = new TreeSet<>();

    /**
     * A timer.
     *
     * @param id its sequence number
     */
    public record Timer(int id, Instant due) implements Comparable<Timer> {
        private static final Comparator<Timer> ORDER =
                Comparator.comparing(Timer::due).thenComparing(Timer::id);

        @Override
        public int compareTo(Timer other) {
            return ORDER.compare(this, other);
        }
    }

    void add(int id, Instant due) {
        Timer timer = new Timer(id, due);
        byId.put(id, timer);
        byTime.add(timer);
    }

    void remove(int id) {
        Timer timer = byId.remove(id);
        if (timer != null) {
            byTime.remove(timer);
        }
    }

    /** Whether there is a timer of that number. */
    public boolean has(int id) {
        return byId.containsKey(id);
    }

    /** The due time of each timer, by its sequence number. */
    Map<Integer, Instant> due() {
        Map<Integer, Instant> due = new TreeMap<>();
        byTime.forEach(timer -> due.put(timer.id(), timer.due()));
        return due;
    }

    /** The due times of the timers that the orchestrator knows of, the earliest first. */
    List<Instant> dueTimes() {
        return byTime.stream()
                .filter(timer -> timer.id() != ReplayLoop.BEGINNING)
                .map(Timer::due)
                .toList();
    }

    /** The timer with the earliest due time; null if there is none. */
    public @Nullable Timer first() {
        return byTime.isEmpty() ? null : byTime.first();
    }
}
