package dev.soliton.store;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The port to a search of all instances for those that should move and may not. It reads the whole table. */
public interface StuckScan {

    /**
     * Reads a page. Finds instances that have an owner; that are pending since before that time; that have something to do since before
     * it; and for which something arrived before it. One that is several of these may be found several times.
     *
     * @param from where the page before said that it goes on; null for the first page
     * @return where it goes on; null if there is no more
     * @throws StorageException if the storage failed; some may have been found
     */
    @Nullable
    String scan(Instant before, @Nullable String from, Consumer<Found> finder);

    /**
     * An instance that was found.
     *
     * @param key its execution; the generation does not matter
     * @param owner its owner, if it was found for that; null if it was found for something else
     * @param hasInbox whether it was found for what lies in its inbox. That may lie there for one that has ended
     */
    record Found(ExecutionKey key, @Nullable String owner, boolean hasInbox) {}
}
