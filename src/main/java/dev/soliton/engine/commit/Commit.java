package dev.soliton.engine.commit;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a commit is to make of an instance.
 *
 * @param generation the generation that the events belong to; a later one than the row's ends the row's
 * @param events what the journal gets
 * @param taken the keys of the inbox rows that the events were taken from; the events are told by identity
 * @param spent the keys of inbox rows that were taken in, and that no event of these records
 * @param shown the row's values from now on
 * @param delivered up to where everything for other instances has been delivered
 */
public record Commit(
        int generation,
        List<JournalEvent> events,
        IdentityHashMap<JournalEvent, String> taken,
        List<String> spent,
        RuntimeStatus status,
        InstanceRow.Values shown,
        int delivered) {

    /** Something that is put before the write that makes it true. */
    @FunctionalInterface
    public interface PutMessage {
        /**
         * Puts it.
         *
         * @throws TurnStopped if the storage failed
         */
        void make() throws TurnStopped;
    }

    /** What becomes of the ownership. */
    public sealed interface OwnerAfter {
        /** It stays as it is. */
        record Unchanged() implements OwnerAfter {}

        /** This worker owns the instance from now on, if it does not own it already. */
        record Claim() implements OwnerAfter {}

        /**
         * Nobody owns it from now on, provided that nothing came in since the inbox was read.
         *
         * @param nextDue when the timer is due for which a message is in the queue; null for none
         * @param promise puts that message, which names the state that the one write is conditional on which releases the instance
         */
        record Release(@Nullable Instant nextDue, PutMessage promise) implements OwnerAfter {}

        /**
         * The execution has ended, provided that nothing came in since the inbox was read.
         *
         * @param owned whether this worker owns it until its end is delivered to others
         */
        record End(boolean owned) implements OwnerAfter {}
    }
}
