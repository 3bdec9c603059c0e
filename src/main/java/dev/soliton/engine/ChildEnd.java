package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Inbox;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.ParentTask;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadMissingException;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
import org.jspecify.annotations.Nullable;

/**
 * What a parent is told of the end of its sub-orchestration.
 *
 * <p>A child that has ended keeps its owner until its parent has the result. Until then the ID counts as taken, and a
 * crash leaves an end that the next owner delivers.
 *
 * @param result what it returned, as JSON
 * @param failure the details of its failure, as JSON; null if it did not fail
 */
record ChildEnd(@Nullable String result, @Nullable String failure) {

    /**
     * Reads it from the row of a child that has ended.
     *
     * @throws StorageException if the storage failed
     */
    static ChildEnd of(EngineContext context, InstanceRow row) {
        ExecutionPayloads payloads = context.payloads(row.key());
        InstanceRow.Values values = row.values();
        try {
            if (row.status() == RuntimeStatus.COMPLETED) {
                return new ChildEnd(payloads.load(values.output()), null);
            }
            String details = payloads.load(values.failure());
            return new ChildEnd(null, details == null ? terminated(context, payloads.load(values.output())) : details);
        } catch (PayloadMissingException missing) {
            return new ChildEnd(null, context.json().writeFailure(FailureDetails.of(missing)));
        }
    }

    private static String terminated(EngineContext context, @Nullable String reasonJson) {
        String reason = context.json().read(reasonJson, String.class);
        return context.json()
                .writeFailure(new FailureDetails(
                        "Terminated", reason == null ? "It was terminated." : reason, "", null, false));
    }

    /**
     * Tells the parent of the end of a child, if it has one, and lets the child go.
     *
     * @throws TurnStopped if this worker is not the one to do that any more, or the storage does not answer
     */
    static void deliver(EngineContext context, OpenInstance child) throws TurnStopped {
        tell(context, child);
        child.letGo();
    }

    /**
     * Tells the parent of the end of a child, through its inbox.
     *
     * @throws TurnStopped if the storage does not answer
     */
    static void tell(EngineContext context, OpenInstance child) throws TurnStopped {
        ParentTask parent = child.row().parent();
        if (parent != null) {
            try {
                deliver(context, parent, of(context, child.row()));
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
        }
    }

    private static void deliver(EngineContext context, ParentTask parent, ChildEnd end) {
        ExecutionKey key = parent.key();
        ExecutionPayloads payloads = context.payloads(key);
        Payload result = end.result() == null ? null : payloads.saveOwn(end.result());
        Payload failure = end.failure() == null ? null : payloads.saveOwn(end.failure());
        // Whether the parent is still there or has ended: after this there is nothing to deliver any more.
        Inbox.Outcome outcome = context.inbox()
                .deliver(
                        key.instanceId(),
                        context.inbox()
                                .row(
                                        key.executionId(),
                                        "child-" + key.generation() + "-" + parent.taskId(),
                                        new InboxItem.ChildEnded(key.generation(), parent.taskId(), result, failure)));
        if (outcome != Inbox.Outcome.DELIVERED) {
            context.discard(result);
            context.discard(failure);
        }
    }
}
