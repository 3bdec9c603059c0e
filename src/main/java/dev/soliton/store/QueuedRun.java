package dev.soliton.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run that was asked for while the ID has a holder, and that begins when the holder has ended. There is one at most: who
 * asks for another puts it in the place of the first.
 *
 * <p>While the holder is live it lies on the holder's gate. The write that ends the holder requires the gate as it was
 * read, and takes it over into the holder's row; that row keeps its owner until the write that makes it the row of the run.
 *
 * @param name the orchestrator's name
 * @param input its input, kept for the execution that it will be
 * @param startAt when it is to begin at the earliest; null for as soon as the holder has ended
 * @param askedAt when it was asked for
 * @param askId names the request, so that one whose answer was lost can tell
 */
public record QueuedRun(
        String name, @Nullable Payload input, @Nullable Instant startAt, Instant askedAt, String askId) {

    /**
     * The execution that the further run of a holder will be. It is made from the holder's, so that all who ask for a run
     * after the same holder get the same answer.
     */
    public static ExecutionKey keyAfter(ExecutionKey holder) {
        String name = "after " + holder.executionId();
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new ExecutionKey(holder.instanceId(), id.toString(), 0);
    }

    /**
     * The row by which the run takes the place of a holder that has ended.
     *
     * @param now by the clock of this process
     * @param serviceTime the time by the clock of the service, see {@link InstanceStore#serviceTime}
     */
    public InstanceRow rowAfter(InstanceRow holder, Instant now, Instant serviceTime, String commitId) {
        return InstanceRow.pending(keyAfter(holder.key()), name, null, input, now, commitId)
                .beginningAt(startAt == null || !startAt.isAfter(now) ? null : startAt)
                .fencedFrom(serviceTime)
                .fencedAbove(holder)
                .askedAt(askedAt);
    }

    /** The proof that the run has begun to be an execution, and who asked for it last. */
    public Receipt receipt(ExecutionKey key) {
        return new Receipt(
                key.instanceId(), key.executionId(), key.executionId(), new Receipt.Reply(askId, Receipt.QUEUED));
    }
}
