package dev.soliton.engine.worker;

import dev.soliton.store.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The workers that are known to be dead, and how far the searches for what they held have come. */
final class DeadWorkers {
    /** When, after it was found to be dead, a worker is searched for. */
    private static final List<Duration> SEARCHES =
            List.of(Duration.ZERO, Duration.ofSeconds(35), Duration.ofMinutes(2), Duration.ofMinutes(10));

    /** When the sign of a dead worker is removed: nothing that it sent can arrive any more. */
    private static final Duration FORGET = Duration.ofMinutes(15);

    private final Map<String, Search> searches = new HashMap<>();

    /** How far the search for what a worker held has come. */
    static final class Search {
        private Instant since;
        private int done;

        private Search(Instant since) {
            this.since = since;
        }

        private boolean isDue(Instant now) {
            if (now.isBefore(since)) {
                // The clock was set back. A search is not to wait until the clock has caught up.
                since = now;
            }
            return done < SEARCHES.size() && !now.isBefore(since.plus(SEARCHES.get(done)));
        }

        /** Notes that one more search has been made. */
        void made() {
            done++;
        }
    }

    /** Takes note of one. */
    void add(String worker, Instant now) {
        searches.computeIfAbsent(worker, name -> new Search(now));
    }

    /** Forgets those that have no sign any more. */
    void retain(Collection<String> workers) {
        searches.keySet().retainAll(workers);
    }

    boolean isEmpty() {
        return searches.isEmpty();
    }

    /** Those for which it is time to search. */
    List<Search> due(Instant now) {
        return searches.values().stream().filter(search -> search.isDue(now)).toList();
    }

    /** Whether all was done for a worker, so that its sign can go. */
    boolean isDone(WorkerRecord record, Instant now) {
        Search search = searches.get(record.worker());
        return search != null
                && search.done == SEARCHES.size()
                && !now.isBefore(record.since().plus(FORGET))
                && !now.isBefore(search.since.plus(FORGET));
    }
}
