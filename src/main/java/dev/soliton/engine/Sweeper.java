package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WorkMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Hands on what dead workers held. As long as none dies it costs a listing of the workers, and nothing where there are
 * none for some of the time.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A worker is marked dead before anything that it held is looked for. So whoever left an instance to it, because it
 *       counted as living, did so before the search.
 *   <li>A dead worker is searched for until its sign is removed: at once, and again, since a message that it had received
 *       and not begun with is invisible for minutes, and what it was about shows only after a while.
 *   <li>Nothing but messages is written. Whoever gets one decides by what is there.
 * </ul>
 *
 * <p>Crash points: at any of them the signs are still there, and the next run, here or elsewhere, begins anew.
 */
public final class Sweeper {
    /**
     * What stands still for so long is worth a message. A worker is found dead ten seconds after its death at the
     * earliest, so that this is about all that it had received.
     */
    private static final Duration STUCK = Duration.ofSeconds(8);

    /** When, after it was found to be dead, a worker is searched for. */
    private static final List<Duration> SEARCHES =
            List.of(Duration.ZERO, Duration.ofSeconds(35), Duration.ofMinutes(2), Duration.ofMinutes(10));

    /** When the sign of a dead worker is removed: nothing that it sent can arrive any more. */
    private static final Duration FORGET = Duration.ofMinutes(15);

    private final Storage storage;
    private final WorkerStore workers;
    private final StuckScan scan;
    private final InstantSource clock;
    private final Map<String, Search> searches = new HashMap<>();
    private boolean rests;

    /** How far the search for what a worker held has come. */
    private static final class Search {
        Instant since;
        int done;

        Search(Instant since) {
            this.since = since;
        }

        boolean isDue(Instant now) {
            if (now.isBefore(since)) {
                // The clock was set back. What is to be looked for is not to wait until it has caught up.
                since = now;
            }
            return done < SEARCHES.size() && !now.isBefore(since.plus(SEARCHES.get(done)));
        }
    }

    /** A sweeper for one process. */
    public Sweeper(Storage storage, WorkerStore workers, StuckScan scan, InstantSource clock) {
        this.storage = storage;
        this.workers = workers;
        this.scan = scan;
        this.clock = clock;
    }

    /**
     * Looks for dead workers, and wakes what they held. Where there was no worker the last time, every other call does
     * nothing: one that came since has a lease that lasts about as long.
     *
     * @return how many instances were woken
     * @throws StorageException if the storage failed; the next call does what is left
     */
    public int sweep(Logger logger) {
        if (rests) {
            rests = false;
            return 0;
        }
        List<WorkerSign> signs = workers.list();
        rests = signs.isEmpty();
        Set<String> living = new HashSet<>();
        Instant now = clock.instant();
        for (WorkerSign sign : signs) {
            WorkerLife life = sign.life();
            if (life == WorkerLife.UNLEASED && workers.tryDeclareDead(sign.worker())) {
                // The host takes the text as it is, and fills nothing in.
                logger.log(Level.WARNING, "worker \"" + sign.worker() + "\" has vanished");
                life = WorkerLife.VANISHED;
            }
            if (life.isDead()) {
                searches.computeIfAbsent(sign.worker(), worker -> new Search(now));
            } else {
                living.add(sign.worker());
            }
        }
        searches.keySet().retainAll(signs.stream().map(WorkerSign::worker).toList());
        List<Search> due =
                searches.values().stream().filter(search -> search.isDue(now)).toList();
        int woken = due.isEmpty() ? 0 : wake(living, now.minus(STUCK));
        due.forEach(search -> search.done++);
        if (woken > 0) {
            logger.log(Level.INFO, "instances woken: " + woken);
        }
        forget(signs, now);
        return woken;
    }

    /** Whether no worker is known to be dead, so that there is time for other things. */
    public boolean isIdle() {
        return searches.isEmpty();
    }

    private int wake(Set<String> living, Instant before) {
        Set<ExecutionKey> stuck = new LinkedHashSet<>();
        scan.scan(before, found -> {
            if (found.owner() == null || !living.contains(found.owner())) {
                stuck.add(found.key());
            }
        });
        stuck.forEach(
                key -> storage.queue().put(WorkMessage.wake(key.instanceId(), key.executionId(), null), Duration.ZERO));
        return stuck.size();
    }

    private void forget(List<WorkerSign> signs, Instant now) {
        for (WorkerSign sign : signs) {
            Search search = searches.get(sign.worker());
            if (search != null
                    && search.done == SEARCHES.size()
                    && !now.isBefore(sign.since().plus(FORGET))
                    && !now.isBefore(search.since.plus(FORGET))) {
                workers.forget(sign.worker());
            }
        }
    }
}
