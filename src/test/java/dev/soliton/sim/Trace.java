package dev.soliton.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happened in a run, line by line, if somebody wants to know. */
final class Trace {
    private final @Nullable List<String> lines;

    private Trace(@Nullable List<String> lines) {
        this.lines = lines;
    }

    /** Forgets everything. */
    static Trace none() {
        return new Trace(null);
    }

    static Trace kept() {
        return new Trace(new ArrayList<>());
    }

    boolean isKept() {
        return lines != null;
    }

    void add(Scheduler scheduler, String what) {
        if (lines != null) {
            lines.add(String.format(
                    Locale.ROOT, "%12.4f %s", Duration.ofNanos(scheduler.now()).toMillis() / 1_000.0, what));
        }
    }

    void add(Scheduler scheduler, Supplier<String> what) {
        if (lines != null) {
            add(scheduler, what.get());
        }
    }

    List<String> lines() {
        return lines == null ? List.of() : lines;
    }
}
