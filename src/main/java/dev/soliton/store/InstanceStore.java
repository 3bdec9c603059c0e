package dev.soliton.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The port to where instances are kept. All rows of one instance are one partition, which is written by transactions:
 * all changes or none.
 *
 * <p>A read may be repeated by the adapter. A write is sent once, so that the caller knows how many attempts there were.
 */
public interface InstanceStore {
    /**
     * The most changes that one write can have: an Azure table transaction has at most 100, and one that adds or removes a
     * gate takes two.
     */
    int MAX_CHANGES = 99;

    /**
     * The length of the texts of a write, in UTF-16 characters and all changes together, that fits in any case. A write
     * has at most 4 MiB, and a character takes up to six bytes of that.
     */
    int MAX_WRITE_LENGTH = 600_000;

    /** By how much {@link #serviceTime} may differ from the clock of the service. */
    Duration CLOCK_ERROR = Duration.ofSeconds(1);

    /**
     * The time by the clock of the service, as far as its answers have shown it: at most {@link #CLOCK_ERROR} before or after,
     * whatever the clock of this process says. Makes no request.
     */
    Instant serviceTime();

    /**
     * Reads the instance row.
     *
     * @throws StorageException if the storage failed
     */
    Optional<Versioned<InstanceRow>> findRow(String instanceId);

    /**
     * Reads the proof that something was accepted.
     *
     * @throws StorageException if the storage failed
     */
    Optional<Receipt> findReceipt(String instanceId, String key);

    /**
     * Reads all that a turn needs, in the order of {@link Partition}.
     *
     * @throws StorageException if the storage failed
     */
    Partition load(String instanceId);

    /**
     * Reads what {@link #load} does, without the journal.
     *
     * @throws StorageException if the storage failed
     */
    Partition loadWithoutJournal(String instanceId);

    /**
     * Writes all changes, or none.
     *
     * @param changes 1 to {@link #MAX_CHANGES}, of different rows
     * @throws IllegalArgumentException if they are too many or too large, or not of this instance; nothing was written
     * @throws StorageException if the storage failed or did not answer: the changes may have been written or not, or
     *     may still be
     */
    WriteOutcome write(String instanceId, List<RowChange> changes);
}
