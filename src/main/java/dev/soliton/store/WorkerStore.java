package dev.soliton.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The port to where workers show that they live: each has a record that it leases from the storage and goes on renewing.
 * The storage's clock judges, and nobody else's.
 *
 * <p>All of it may be repeated by the adapter.
 */
public interface WorkerStore {
    /** The shortest lease that can be had, and the longest: the limits of a blob's lease. */
    Duration SHORTEST_LEASE = Duration.ofSeconds(15);

    Duration LONGEST_LEASE = Duration.ofSeconds(60);

    /**
     * Shows a new worker as living, for the time of a lease.
     *
     * @param worker a name that no worker ever had
     * @return names the lease
     * @throws StorageException if the storage failed; the record may be there all the same, and the name must not be used
     *     again
     */
    String register(String worker, Duration lease);

    /**
     * Renews a worker's lease, for its time from now on.
     *
     * @return whether it is renewed; if not, it is lost for good
     * @throws StorageException if the storage failed; it may be renewed all the same
     */
    boolean renew(String worker, String leaseId);

    /**
     * Marks a worker that stops by itself and leaves work behind, and gives its lease back.
     *
     * @throws StorageException if the storage failed
     */
    void markDrained(String worker, String leaseId);

    /**
     * Removes the record of a worker that stops and leaves nothing behind.
     *
     * @throws StorageException if the storage failed; the record may be there without a lease
     */
    void deregister(String worker, String leaseId);

    /**
     * Tells how a worker is.
     *
     * @throws StorageException if the storage failed
     */
    WorkerState stateOf(String worker);

    /**
     * Reads the record of a worker; empty if it has none.
     *
     * @throws StorageException if the storage failed
     */
    Optional<WorkerRecord> find(String worker);

    /**
     * Marks a worker as vanished, which is for ever, unless somebody has the lease of its record.
     *
     * @return whether it is dead now: marked by this call or an earlier one, or gone
     * @throws StorageException if the storage failed
     */
    boolean tryDeclareDead(String worker);

    /**
     * Lists all workers that have a record.
     *
     * @throws StorageException if the storage failed
     */
    List<WorkerRecord> list();

    /**
     * Removes the record of a dead worker.
     *
     * @throws StorageException if the storage failed
     */
    void remove(String worker);
}
