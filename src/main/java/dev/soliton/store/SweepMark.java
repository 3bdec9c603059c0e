package dev.soliton.store;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The port to a mark of a hub that changes each time that the hub is swept. */
public interface SweepMark {

    /**
     * The mark as it is now; empty if there is none.
     *
     * @throws StorageException if the storage failed
     */
    String read();

    /**
     * When the mark was changed last, by the storage's clock; empty if there is none.
     *
     * @throws StorageException if the storage failed
     */
    Optional<Instant> changedAt();

    /**
     * Changes the mark, no matter who changed it last.
     *
     * @throws StorageException if the storage failed; it may be changed all the same
     */
    void change();

    /**
     * Changes the mark if it is as it was.
     *
     * @return the mark as it is then; null if somebody else has changed it
     * @throws StorageException if the storage failed; it may be changed all the same
     */
    @Nullable
    String tryChange(String from);
}
