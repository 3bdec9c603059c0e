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
 * What a commit changes in an instance.
 *
 * @param generation the generation that the events belong to; a later one than the row's ends the row's
 * @param events the events that are appended to the journal
 * @param taken the keys of the inbox rows from which the events were read; the events are compared by identity
 * @param spent the keys of inbox rows that were processed, and that none of these events records
 * @param needless the keys of inbox rows that nobody needs once the commit is written, and that must not go before: the last
 *     write removes as many as it has room for, and later ones the rest
 * @param shown the row's values from now on
 * @param delivered the watermark: the number up to which everything for other instances has been delivered
 * @param codeVersion the version of the orchestrator's code that runs the generation; null if none does
 */
public record Commit(
        int generation,
        List<JournalEvent> events,
        IdentityHashMap<JournalEvent, String> taken,
        List<String> spent,
        List<String> needless,
        RuntimeStatus status,
        InstanceRow.Values shown,
        int delivered,
        @Nullable Integer codeVersion) {

    /** Puts a message before the write that makes it true. */
    @FunctionalInterface
    public interface PutMessage {
        /**
         * Puts the message.
         *
         * @throws TurnStopped if the storage failed
         */
        void make() throws TurnStopped;
    }

    /** What the commit does to the ownership. */
    public sealed interface OwnerAfter {
        /** The ownership stays as it is. */
        record Unchanged() implements OwnerAfter {}

        /** This worker claims the instance, if it does not own it already. */
        record Claim() implements OwnerAfter {}

        /**
         * The instance has no owner from now on, provided that nothing arrived since the inbox was read.
         *
         * @param nextDue when the next timer is due; its message is in the queue; null for none
         * @param promise puts that message; the message names, as its base, the state on which the releasing write is
         *     conditional
         */
        record Release(@Nullable Instant nextDue, PutMessage promise) implements OwnerAfter {}

        /**
         * The execution has ended, provided that nothing arrived since the inbox was read.
         *
         * @param owned whether this worker owns the execution until its end is delivered to others
         */
        record End(boolean owned) implements OwnerAfter {}
    }
}
