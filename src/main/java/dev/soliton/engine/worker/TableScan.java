package dev.soliton.engine.worker;

import dev.soliton.store.ExecutionKey;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A search of the whole table that is under way. If it has to stop in between, it goes on where it was. */
final class TableScan {
    /** How many woken executions it remembers. Beyond that it may wake one twice, which changes nothing. */
    private static final int MOST = 20_000;

    /** After this many failures at one place it begins again. */
    private static final int FAILURES = 3;

    /** It ignores what was changed since then. */
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

    /** Notes that a page was read, and where the next one begins. */
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

    /** Whether the execution is still to be woken: this search has not woken it yet. */
    boolean isNew(ExecutionKey key) {
        if (woken.size() >= MOST) {
            woken.clear();
        }
        return woken.add(key);
    }

    /** Notes that the message for the execution was not put. */
    void notWoken(ExecutionKey key) {
        woken.remove(key);
    }
}
