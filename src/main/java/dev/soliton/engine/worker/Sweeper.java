package dev.soliton.engine.worker;

import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.StuckScan;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the instances that dead workers owned, so that others take them over. While no worker dies, a run costs one
 * listing of the workers, and once an hour a search. Where there are no workers, every other run costs nothing.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A worker is marked dead before the search for its instances begins. So a process that left an instance to it,
 *       because it counted as living, did so before the search.
 *   <li>Searches for a dead worker are repeated until its record is removed. A message that the worker had received and
 *       not begun is invisible for minutes, and its instance shows as stuck only after a while.
 *   <li>An instance that is found is woken at once. A search that fails, or takes longer than a run may, goes on where
 *       it was.
 *   <li>The sweeper writes nothing but messages. The worker that receives one decides by the stored state.
 *   <li>A round, which searches for no worker in particular, finds what nothing else leads to any more: an owner
 *       without a record, say.
 * </ul>
 *
 * <p>Crash points: at any of them the worker records are still there, and the next run, here or elsewhere, begins
 * again.
 */
public final class Sweeper {
    /**
     * An instance that makes no progress for so long is worth a message. A worker is found dead ten seconds after its
     * death at the earliest, so this covers about all that it had received.
     */
    private static final Duration STUCK = Duration.ofSeconds(8);

    /** A younger record without a lease is not judged: a worker creates the record first, and then takes the lease. */
    private static final Duration REGISTERING = Duration.ofSeconds(10);

    /** How often a round searches the whole table for what was lost, if a worker was active since. */
    private static final Duration ROUND = Duration.ofHours(1);

    /**
     * An instance that makes no progress for so long is lost: the host delivers a message that it holds back after ten
     * minutes.
     */
    private static final Duration LOST = Duration.ofMinutes(11);

    /** How many pages of a round one run reads. */
    private static final int PAGES_OF_A_ROUND = 5;

    private final Storage storage;
    private final WorkerStore workers;
    private final StuckScan scan;
    private final InstantSource clock;
    private final Waits waits;
    private final Duration patience;
    private final DeadWorkers dead = new DeadWorkers();
    private final Map<String, Duration> young = new HashMap<>();
    private final AtomicBoolean runs = new AtomicBoolean();
    private @Nullable TableScan tableScan;
    private Duration round;
    private boolean worked;
    private boolean rests;
    private Set<String> living = Set.of();
    private Set<String> known = Set.of();

    /**
     * Creates the sweeper of one process.
     *
     * @param patience how long a run searches at most; the next run goes on with the rest
     */
    public Sweeper(Storage storage, WorkerStore workers, StuckScan scan, TimeAndIds timeAndIds, Duration patience) {
        this.storage = storage;
        this.workers = workers;
        this.scan = scan;
        this.clock = timeAndIds.clock();
        this.waits = timeAndIds.waits();
        this.patience = patience;
        this.round = waits.elapsed();
    }

    /**
     * Searches for dead workers, and wakes the instances that they owned. Where the last call found no worker, the next
     * call does nothing: a worker that registered since has a lease that lasts about as long. A call also does nothing
     * while another is under way.
     *
     * @return how many instances were woken
     * @throws StorageException if the storage failed; the next call does what is left
     */
    public int sweep(Logger logger) {
        if (!runs.compareAndSet(false, true)) {
            return 0;
        }
        try {
            return run(logger);
        } finally {
            runs.set(false);
        }
    }

    private int run(Logger logger) {
        if (rests) {
            rests = false;
            return 0;
        }
        List<WorkerRecord> records = workers.list();
        rests = records.isEmpty();
        worked |= !records.isEmpty();
        Instant now = clock.instant();
        judge(records, now, logger);
        TableScan next = next(now);
        int woken = next == null ? 0 : goOn(next, logger);
        for (WorkerRecord record : records) {
            if (dead.isDone(record, now)) {
                workers.remove(record.worker());
            }
        }
        return woken;
    }

    /** Whether no worker is known to be dead, so that there is time for other things. */
    public boolean isIdle() {
        return dead.isEmpty();
    }

    /** Separates living workers from dead ones, and marks the workers whose lease has run out. */
    private void judge(List<WorkerRecord> records, Instant now, Logger logger) {
        Set<String> alive = new HashSet<>();
        for (WorkerRecord record : records) {
            WorkerState workerState = record.state();
            if (workerState == WorkerState.UNLEASED
                    && !isYoung(record, now)
                    && workers.tryDeclareDead(record.worker())) {
                // The host writes the text as it is, and fills in no parameters.
                logger.log(Level.WARNING, "worker " + InstanceLog.quoted(record.worker()) + " has vanished");
                workerState = WorkerState.EXPIRED;
            }
            if (workerState.isDead()) {
                dead.add(record.worker(), now);
            } else {
                alive.add(record.worker());
            }
        }
        known = new HashSet<>(records.stream().map(WorkerRecord::worker).toList());
        living = alive;
        dead.retain(known);
        young.keySet().retainAll(known);
    }

    /** The clock may be wrong. So a record stops counting as young once this process has known it for that time. */
    private boolean isYoung(WorkerRecord record, Instant now) {
        if (!now.isBefore(record.since().plus(REGISTERING))) {
            return false;
        }
        Duration first = young.computeIfAbsent(record.worker(), worker -> waits.elapsed());
        return waits.elapsed().minus(first).compareTo(REGISTERING) < 0;
    }

    /** The search to go on with; null if there is none. A search for what dead workers owned goes before a round. */
    private @Nullable TableScan next(Instant now) {
        List<DeadWorkers.Search> due = dead.due(now);
        if ((tableScan == null || tableScan.isRound()) && !due.isEmpty()) {
            if (tableScan != null) {
                // The round begins again afterwards.
                round = round.minus(ROUND);
                worked = true;
            }
            tableScan = new TableScan(now.minus(STUCK), due);
        }
        if (tableScan == null && worked && waits.elapsed().minus(round).compareTo(ROUND) >= 0) {
            round = waits.elapsed();
            worked = !known.isEmpty();
            tableScan = new TableScan(now.minus(LOST), List.of());
        }
        return tableScan;
    }

    /** Goes on with a search, for as long as a run may take, and wakes what it finds. */
    private int goOn(TableScan search, Logger logger) {
        Duration deadline = waits.elapsed().plus(patience);
        int[] woken = {0};
        int pages = 0;
        try {
            do {
                search.goesOn(
                        scan.scan(search.before, search.from(), found -> woken[0] += wake(search, found) ? 1 : 0));
                pages++;
            } while (search.from() != null
                    && waits.elapsed().compareTo(deadline) < 0
                    && (!search.isRound() || pages < PAGES_OF_A_ROUND));
            if (search.from() == null) {
                search.searches.forEach(DeadWorkers.Search::made);
                tableScan = null;
            }
        } catch (StorageException trouble) {
            search.failed();
            throw trouble;
        } finally {
            if (woken[0] > 0) {
                logger.log(Level.INFO, "instances woken: " + woken[0]);
            }
        }
        return woken[0];
    }

    /** Puts a message for an instance that was found, unless its owner lives or nothing is left to do for it. */
    private boolean wake(TableScan search, StuckScan.Found found) {
        ExecutionKey key = found.key();
        // A round leaves to the searches for dead workers what these find.
        Set<String> minded = search.isRound() ? known : living;
        if ((found.owner() != null && minded.contains(found.owner())) || !search.isNew(key)) {
            return false;
        }
        try {
            if (found.hasInbox() && isOver(key)) {
                return false;
            }
            storage.queue().put(WorkMessage.wake(key.instanceId(), key.executionId(), null), Duration.ZERO);
            return true;
        } catch (StorageException trouble) {
            search.notWoken(key);
            throw trouble;
        }
    }

    /** Whether nothing is left to do for the execution: what arrived for it waits for a rewind, or for nothing. */
    private boolean isOver(ExecutionKey key) {
        try {
            Optional<InstanceRow> row =
                    storage.instances().findRow(key.instanceId()).map(Versioned::row);
            return row.isEmpty()
                    || !row.get().key().executionId().equals(key.executionId())
                    || row.get().isFinished();
        } catch (UnreadableRowException edited) {
            return false;
        }
    }
}
