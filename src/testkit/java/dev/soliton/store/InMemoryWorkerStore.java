package dev.soliton.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Workers' records in memory, with leases that run out by the clock given. */
public final class InMemoryWorkerStore implements WorkerStore {
    private final InstantSource clock;
    private final Map<String, Held> records = new TreeMap<>();
    private long names;

    private record Held(
            @Nullable String leaseId, Duration lease, Instant until, @Nullable WorkerState mark, Instant since) {
        boolean isLeased(Instant now) {
            return leaseId != null && now.isBefore(until);
        }
    }

    public InMemoryWorkerStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized String register(String worker, Duration lease) {
        Instant now = clock.instant();
        String leaseId = "lease-" + ++names;
        if (records.putIfAbsent(worker, new Held(leaseId, lease, now.plus(lease), null, now)) != null) {
            throw new IllegalStateException("A worker's name is used once: " + worker);
        }
        return leaseId;
    }

    /** Makes a record that nobody leases; no if there is one. */
    public synchronized boolean tryCreate(String worker, Duration lease) {
        return records.putIfAbsent(worker, new Held(null, lease, Instant.MIN, null, clock.instant())) == null;
    }

    /** Takes the lease of a record that is as it was made, for its worker; null if it is marked, or somebody has it. */
    public synchronized @Nullable String tryLease(String worker) {
        Held held = records.get(worker);
        Instant now = clock.instant();
        if (held == null || held.mark() != null || held.isLeased(now)) {
            return null;
        }
        String leaseId = "lease-" + ++names;
        records.put(worker, new Held(leaseId, held.lease(), now.plus(held.lease()), null, held.since()));
        return leaseId;
    }

    /**
     * Takes a short lease of a record for somebody who is to mark it; null if there is no record, or somebody has it.
     */
    public synchronized @Nullable String tryLeaseToMark(String worker) {
        Held held = records.get(worker);
        Instant now = clock.instant();
        if (held == null || held.isLeased(now)) {
            return null;
        }
        String leaseId = "marker-" + ++names;
        records.put(worker, new Held(leaseId, held.lease(), now.plus(SHORTEST_LEASE), held.mark(), held.since()));
        return leaseId;
    }

    /** Marks a record as vanished under such a lease; whether the worker is dead now. */
    public synchronized boolean tryMark(String worker, String leaseId) {
        Held held = records.get(worker);
        if (held != null && held.mark() == null && leaseId.equals(held.leaseId()) && held.isLeased(clock.instant())) {
            mark(worker, held, WorkerState.EXPIRED);
        }
        return stateOf(worker).isDead();
    }

    /** Lets the lease of a worker run out. */
    public synchronized void expire(String expired) {
        records.computeIfPresent(
                expired,
                (worker, held) -> new Held(held.leaseId(), held.lease(), Instant.MIN, held.mark(), held.since()));
    }

    /** Lets all leases run out that there are now. */
    public synchronized void expireAll() {
        records.replaceAll(
                (worker, held) -> new Held(held.leaseId(), held.lease(), Instant.MIN, held.mark(), held.since()));
    }

    @Override
    public synchronized boolean renew(String worker, String leaseId) {
        Held held = records.get(worker);
        if (held == null || held.mark() != null || !leaseId.equals(held.leaseId())) {
            return false;
        }
        records.put(worker, new Held(leaseId, held.lease(), clock.instant().plus(held.lease()), null, held.since()));
        return true;
    }

    @Override
    public synchronized void markDrained(String worker, String leaseId) {
        Held held = records.get(worker);
        if (held != null && leaseId.equals(held.leaseId()) && held.mark() == null) {
            mark(worker, held, WorkerState.DRAINED);
        }
    }

    private void mark(String worker, Held held, WorkerState mark) {
        records.put(worker, new Held(null, held.lease(), held.until(), mark, clock.instant()));
    }

    @Override
    public synchronized void deregister(String worker, String leaseId) {
        Held held = records.get(worker);
        if (held != null && leaseId.equals(held.leaseId())) {
            records.remove(worker);
        }
    }

    @Override
    public synchronized WorkerState stateOf(String worker) {
        Held held = records.get(worker);
        return held == null ? WorkerState.ABSENT : state(held);
    }

    @Override
    public synchronized Optional<WorkerRecord> find(String worker) {
        return list().stream().filter(record -> record.worker().equals(worker)).findFirst();
    }

    private WorkerState state(Held held) {
        if (held.mark() != null) {
            return held.mark();
        }
        return held.isLeased(clock.instant()) ? WorkerState.LIVE : WorkerState.UNLEASED;
    }

    @Override
    public synchronized boolean tryDeclareDead(String worker) {
        Held held = records.get(worker);
        if (held != null && state(held) == WorkerState.UNLEASED) {
            mark(worker, held, WorkerState.EXPIRED);
        }
        return stateOf(worker).isDead();
    }

    @Override
    public synchronized List<WorkerRecord> list() {
        return records.entrySet().stream()
                .map(entry -> new WorkerRecord(
                        entry.getKey(),
                        state(entry.getValue()),
                        entry.getValue().since()))
                .toList();
    }

    @Override
    public synchronized void remove(String worker) {
        Held held = records.get(worker);
        if (held != null && !held.isLeased(clock.instant())) {
            records.remove(worker);
        }
    }
}
