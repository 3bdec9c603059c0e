package dev.soliton.store;

import org.jspecify.annotations.Nullable;

/** One change of one row of an instance's partition, on the condition that it states. */
public sealed interface RowChange {

    /** Adds the instance row; there must be none. */
    record InsertInstance(InstanceRow row) implements RowChange {}

    /** Replaces the instance row; it must be the one of that ETag. */
    record ReplaceInstance(InstanceRow row, String etag) implements RowChange {}

    /** Removes the instance row; it must be the one of that ETag. */
    record DeleteInstance(String etag) implements RowChange {}

    /**
     * Adds a gate, or a tombstone; there must be no gate of that incarnation, and neither gate nor tombstone of an execution that
     * was not rewound. Beside the gate of one that was, a tombstone means nothing: its start came long ago.
     */
    record InsertGate(Gate gate) implements RowChange {}

    /**
     * Gives a gate a new ETag; it must be there, and be no tombstone: nothing arrives for an execution that has a tombstone.
     *
     * @param etag what its ETag must be; null for any
     */
    record TouchGate(Incarnation incarnation, @Nullable String etag) implements RowChange {
        /** For an execution that was never rewound. */
        public TouchGate(String executionId, @Nullable String etag) {
            this(Incarnation.first(executionId), etag);
        }
    }

    /** Gives a gate a new ETag and a run that is to follow, in the place of another; it must be there, as for a touch. */
    record QueueRun(Incarnation incarnation, QueuedRun run) implements RowChange {
        /** For an execution that was never rewound. */
        public QueueRun(String executionId, QueuedRun run) {
            this(Incarnation.first(executionId), run);
        }
    }

    /** Removes a gate; it must be the one of that ETag, nothing having arrived since, and be no tombstone. */
    record DeleteGate(Incarnation incarnation, String etag) implements RowChange {
        /** For an execution that was never rewound. */
        public DeleteGate(String executionId, String etag) {
            this(Incarnation.first(executionId), etag);
        }
    }

    /** Removes a tombstone; it must be there. Only for one that is so old that nothing can come which it keeps out. */
    record DeleteTombstone(String executionId) implements RowChange {}

    /** Adds a row to the inbox; there must be none of that key for that execution. */
    record InsertInbox(InboxRow row) implements RowChange {}

    /** Removes a row from the inbox; it must be there. */
    record DeleteInbox(String executionId, String key) implements RowChange {}

    /** Adds a row to the journal; there must be none of that number. */
    record InsertJournal(JournalRow row) implements RowChange {}

    /** Removes a row from the journal; it must be there. */
    record DeleteJournal(ExecutionKey key, int number) implements RowChange {}

    /** Adds the proof that something was accepted; there must be none of that key. */
    record InsertReceipt(Receipt row) implements RowChange {}

    /** Removes a proof; it must be there. */
    record DeleteReceipt(String key) implements RowChange {}
}
