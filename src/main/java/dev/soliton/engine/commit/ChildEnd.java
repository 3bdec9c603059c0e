package dev.soliton.engine.commit;

import dev.soliton.client.InboxWriter;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.ParentTask;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The completion that a parent receives when its sub-orchestration has ended.
 *
 * <p>A child that has ended keeps its owner until its parent has the result. Until then the ID counts as taken, and a
 * crash leaves an end that the next owner delivers.
 *
 * @param result what the child returned, as JSON
 * @param failure the details of the child's failure, as JSON; null if it did not fail
 */
public record ChildEnd(@Nullable String result, @Nullable String failure) {

    /**
     * Reads the completion from the row of a child that has ended.
     *
     * @throws StorageException if the storage failed
     */
    public static ChildEnd of(EngineServices services, InstanceRow row) {
        ExecutionPayloads payloads = services.payloads(row.key());
        InstanceRow.Values values = row.values();
        try {
            if (row.status() == RuntimeStatus.COMPLETED) {
                return new ChildEnd(payloads.load(values.output()), null);
            }
            String details = payloads.load(values.failure());
            return new ChildEnd(null, details == null ? terminated(services, payloads.load(values.output())) : details);
        } catch (PayloadMissingException missing) {
            return new ChildEnd(null, services.json().writeFailure(FailureDetails.of(missing)));
        }
    }

    private static String terminated(EngineServices services, @Nullable String reasonJson) {
        String reason = services.json().read(reasonJson, String.class);
        return services.json()
                .writeFailure(new FailureDetails(
                        "Terminated", reason == null ? "It was terminated." : reason, "", null, false));
    }

    /**
     * Notifies the parent, if there is one, that the child has ended, and releases the child.
     *
     * @throws TurnStopped if this worker does not own the child any more, or the storage does not answer
     */
    public static void deliver(EngineServices services, InstanceSession child) throws TurnStopped {
        notifyParent(services, child);
        child.release();
    }

    /**
     * Notifies the parent, through its inbox, that the child has ended.
     *
     * @throws TurnStopped if the storage does not answer
     */
    public static void notifyParent(EngineServices services, InstanceSession child) throws TurnStopped {
        ParentTask parent = child.row().parent();
        if (parent != null) {
            try {
                deliver(services, parent, of(services, child.row()));
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
        }
    }

    private static void deliver(EngineServices services, ParentTask parent, ChildEnd end) {
        ExecutionKey key = parent.key();
        ExecutionPayloads payloads = services.payloads(key);
        Payload result = end.result() == null ? null : payloads.saveOwn(end.result());
        Payload failure = end.failure() == null ? null : payloads.saveOwn(end.failure());
        // Nothing is left to deliver after this, even if the parent has ended or is gone.
        InboxWriter.Outcome outcome = services.inbox()
                .deliver(
                        key.instanceId(),
                        services.inbox()
                                .row(
                                        key.executionId(),
                                        "child-" + key.generation() + "-" + parent.taskId(),
                                        new InboxItem.ChildEnded(key.generation(), parent.taskId(), result, failure)));
        if (outcome != InboxWriter.Outcome.DELIVERED) {
            services.discard(result);
            services.discard(failure);
        }
    }
}
