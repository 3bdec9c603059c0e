package dev.soliton.client;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.WorkerState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who holds an ID, and what waits behind it, as one read of the instance showed it.
 *
 * @param row the instance row
 * @param owner the worker that owns it; null if nobody works on it
 * @param gate whether something can still arrive for the execution, which is so exactly while it has not ended
 * @param following the run that begins when the holder has ended; null for none
 * @param inbox what arrived and was not taken in yet, in the order in which it will be, as far as it was read
 * @param inboxIsWhole whether there was nothing more
 */
public record Holding(
        InstanceRow row,
        @Nullable Owner owner,
        boolean gate,
        @Nullable QueuedRun following,
        List<InboxEntry> inbox,
        boolean inboxIsWhole) {

    public Holding {
        inbox = List.copyOf(inbox);
    }

    /**
     * A worker that owns an instance.
     *
     * @param since when it showed itself for the first time, or, if it is marked as dead, when it was marked; null if
     *     it has no record
     */
    public record Owner(String worker, WorkerState state, @Nullable Instant since) {}

    /** The execution that the following run will be. */
    public ExecutionKey followingKey() {
        return QueuedRun.keyAfter(row.key());
    }
}
