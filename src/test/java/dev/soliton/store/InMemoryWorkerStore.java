package dev.soliton.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Workers' signs in memory, with leases that run out by the clock given. */
public final class InMemoryWorkerStore implements WorkerStore {
    private final InstantSource clock;
    private final Map<String, Sign> signs = new TreeMap<>();
    private long names;

    private record Sign(
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
        if (signs.putIfAbsent(worker, new Sign(leaseId, lease, now.plus(lease), null, now)) != null) {
            throw new IllegalStateException("A worker's name is used once: " + worker);
        }
        return leaseId;
    }

    /** Makes a sign that nobody leases; no if there is one. */
    public synchronized boolean tryCreate(String worker, Duration lease) {
        return signs.putIfAbsent(worker, new Sign(null, lease, Instant.MIN, null, clock.instant())) == null;
    }

    /** Takes the lease of a sign that is as it was made, for its worker; null if it is marked, or somebody has it. */
    public synchronized @Nullable String tryLease(String worker) {
        Sign sign = signs.get(worker);
        Instant now = clock.instant();
        if (sign == null || sign.mark() != null || sign.isLeased(now)) {
            return null;
        }
        String leaseId = "lease-" + ++names;
        signs.put(worker, new Sign(leaseId, sign.lease(), now.plus(sign.lease()), null, sign.since()));
        return leaseId;
    }

    /** Takes a short lease of a sign for somebody who is to mark it; null if there is no sign, or somebody has it. */
    public synchronized @Nullable String tryLeaseToMark(String worker) {
        Sign sign = signs.get(worker);
        Instant now = clock.instant();
        if (sign == null || sign.isLeased(now)) {
            return null;
        }
        String leaseId = "marker-" + ++names;
        signs.put(worker, new Sign(leaseId, sign.lease(), now.plus(SHORTEST_LEASE), sign.mark(), sign.since()));
        return leaseId;
    }

    /** Marks a sign as vanished under such a lease; whether the worker is dead now. */
    public synchronized boolean tryMark(String worker, String leaseId) {
        Sign sign = signs.get(worker);
        if (sign != null && sign.mark() == null && leaseId.equals(sign.leaseId()) && sign.isLeased(clock.instant())) {
            mark(worker, sign, WorkerState.EXPIRED);
        }
        return stateOf(worker).isDead();
    }

    /** Lets the lease of a worker run out. */
    public synchronized void expire(String expired) {
        signs.computeIfPresent(
                expired,
                (worker, sign) -> new Sign(sign.leaseId(), sign.lease(), Instant.MIN, sign.mark(), sign.since()));
    }

    /** Lets all leases run out that there are now. */
    public synchronized void expireAll() {
        signs.replaceAll(
                (worker, sign) -> new Sign(sign.leaseId(), sign.lease(), Instant.MIN, sign.mark(), sign.since()));
    }

    @Override
    public synchronized boolean renew(String worker, String leaseId) {
        Sign sign = signs.get(worker);
        if (sign == null || sign.mark() != null || !leaseId.equals(sign.leaseId())) {
            return false;
        }
        signs.put(worker, new Sign(leaseId, sign.lease(), clock.instant().plus(sign.lease()), null, sign.since()));
        return true;
    }

    @Override
    public synchronized void markDrained(String worker, String leaseId) {
        Sign sign = signs.get(worker);
        if (sign != null && leaseId.equals(sign.leaseId()) && sign.mark() == null) {
            mark(worker, sign, WorkerState.DRAINED);
        }
    }

    private void mark(String worker, Sign sign, WorkerState mark) {
        signs.put(worker, new Sign(null, sign.lease(), sign.until(), mark, clock.instant()));
    }

    @Override
    public synchronized void deregister(String worker, String leaseId) {
        Sign sign = signs.get(worker);
        if (sign != null && leaseId.equals(sign.leaseId())) {
            signs.remove(worker);
        }
    }

    @Override
    public synchronized WorkerState stateOf(String worker) {
        Sign sign = signs.get(worker);
        return sign == null ? WorkerState.ABSENT : life(sign);
    }

    private WorkerState life(Sign sign) {
        if (sign.mark() != null) {
            return sign.mark();
        }
        return sign.isLeased(clock.instant()) ? WorkerState.LIVE : WorkerState.UNLEASED;
    }

    @Override
    public synchronized boolean tryDeclareDead(String worker) {
        Sign sign = signs.get(worker);
        if (sign != null && life(sign) == WorkerState.UNLEASED) {
            mark(worker, sign, WorkerState.EXPIRED);
        }
        return stateOf(worker).isDead();
    }

    @Override
    public synchronized List<WorkerRecord> list() {
        return signs.entrySet().stream()
                .map(entry -> new WorkerRecord(
                        entry.getKey(), life(entry.getValue()), entry.getValue().since()))
                .toList();
    }

    @Override
    public synchronized void remove(String worker) {
        Sign sign = signs.get(worker);
        if (sign != null && !sign.isLeased(clock.instant())) {
            signs.remove(worker);
        }
    }
}
