package dev.soliton.engine;

import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.RuntimeStatus;
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
record Draft(
        int generation,
        List<JournalEvent> events,
        IdentityHashMap<JournalEvent, String> taken,
        List<String> spent,
        RuntimeStatus status,
        InstanceRow.Values shown,
        int delivered) {

    /** Something that is put before the write that makes it true. */
    @FunctionalInterface
    interface Promise {
        /**
         * Puts it.
         *
         * @throws TurnStopped if the storage failed
         */
        void make() throws TurnStopped;
    }

    /** What becomes of the ownership. */
    sealed interface Hold {
        /** It stays as it is. */
        record Same() implements Hold {}

        /** This worker owns the instance from now on, if it does not own it already. */
        record Claim() implements Hold {}

        /**
         * Nobody owns it from now on, provided that nothing came in since the inbox was read.
         *
         * @param nextDue when the timer is due for which a message is in the queue; null for none
         * @param promise puts that message, which names the state that the one write is conditional on which lets go
         */
        record Release(@Nullable Instant nextDue, Promise promise) implements Hold {}

        /**
         * The execution has ended, provided that nothing came in since the inbox was read.
         *
         * @param owned whether this worker owns it until its end is delivered to others
         */
        record End(boolean owned) implements Hold {}
    }
}
