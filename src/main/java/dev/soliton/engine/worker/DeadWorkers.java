package dev.soliton.engine.worker;

import dev.soliton.store.WorkerRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The workers that are known to be dead, and the progress of the searches for what they owned. */
final class DeadWorkers {
    /** After what times, counted from when a worker was found dead, a search for its instances is made. */
    private static final List<Duration> SEARCHES =
            List.of(Duration.ZERO, Duration.ofSeconds(35), Duration.ofMinutes(2), Duration.ofMinutes(10));

    /** When the record of a dead worker is removed: nothing that the worker sent can arrive any more. */
    private static final Duration FORGET = Duration.ofMinutes(15);

    private final Map<String, Search> searches = new HashMap<>();

    /** The progress of the searches for what one worker owned. */
    static final class Search {
        private Instant since;
        private int done;

        private Search(Instant since) {
            this.since = since;
        }

        private boolean isDue(Instant now) {
            if (now.isBefore(since)) {
                // The clock was set back. The next search must not wait until the clock has caught up.
                since = now;
            }
            return done < SEARCHES.size() && !now.isBefore(since.plus(SEARCHES.get(done)));
        }

        /** Notes that one more search was made. */
        void made() {
            done++;
        }
    }

    /** Adds a dead worker. */
    void add(String worker, Instant now) {
        searches.computeIfAbsent(worker, name -> new Search(now));
    }

    /** Forgets the workers that have no record any more. */
    void retain(Collection<String> workers) {
        searches.keySet().retainAll(workers);
    }

    boolean isEmpty() {
        return searches.isEmpty();
    }

    /** The searches that are due. */
    List<Search> due(Instant now) {
        return searches.values().stream().filter(search -> search.isDue(now)).toList();
    }

    /** Whether all searches for a worker were made, so that its record can be removed. */
    boolean isDone(WorkerRecord record, Instant now) {
        Search search = searches.get(record.worker());
        return search != null
                && search.done == SEARCHES.size()
                && !now.isBefore(record.since().plus(FORGET))
                && !now.isBefore(search.since.plus(FORGET));
    }
}
