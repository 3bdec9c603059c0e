package dev.soliton.engine.worker;

import dev.soliton.store.ExecutionKey;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A search of the whole table that is under way, and goes on where it was when it has to stop in between. */
final class TableScan {
    /** How many it remembers having woken. Beyond that one may be woken twice, which changes nothing. */
    private static final int MOST = 20_000;

    /** After so many failures at one place it begins again. */
    private static final int FAILURES = 3;

    /** What was changed since then is left alone. */
    final Instant before;

    /** The workers whose instances it searches for; none for a round that searches for what was lost. */
    final List<DeadWorkers.Search> searches;

    private final Set<ExecutionKey> woken = new HashSet<>();
    private @Nullable String from;
    private int failures;

    TableScan(Instant before, List<DeadWorkers.Search> searches) {
        this.before = before;
        this.searches = List.copyOf(searches);
    }

    /** Whether it searches for what was lost, for no worker in particular. */
    boolean isRound() {
        return searches.isEmpty();
    }

    @Nullable
    String from() {
        return from;
    }

    /** Notes that a page was read, after which it goes on there. */
    void goesOn(@Nullable String next) {
        from = next;
        failures = 0;
    }

    /** Notes that a page could not be read. */
    void failed() {
        if (++failures >= FAILURES) {
            from = null;
            failures = 0;
        }
    }

    /** Whether it is to be woken: it was not woken yet. */
    boolean isNew(ExecutionKey key) {
        if (woken.size() >= MOST) {
            woken.clear();
        }
        return woken.add(key);
    }

    /** Notes that the message for it was not put. */
    void notWoken(ExecutionKey key) {
        woken.remove(key);
    }
}
