package dev.soliton.client;

import dev.soliton.client.QueuedStarts.Holder;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Versioned;
import org.jspecify.annotations.Nullable;

/**
 * What a start does about the holder of its ID, by the policies: the tables of docs/start-policies.md as code.
 *
 * <p>The decision is as good as the read of the holder. The write that follows is conditional on what was read, and
 * where it is refused the caller reads and decides again.
 */
sealed interface StartDecision {

    /** Nobody has the ID: insert the instance. */
    record Insert() implements StartDecision {}

    /** The policies keep the start from the ID. */
    record Refuse(InstanceRow holder) implements StartDecision {}

    /**
     * The holder has ended and may be replaced, but has an owner: its parent has to be notified, one of its activities
     * has to return, or its queued run has to begin. It is released soon.
     */
    record AwaitRelease(InstanceRow holder) implements StartDecision {}

    /** The holder has ended: replace it on its ETag. */
    record Replace(Versioned<InstanceRow> holder) implements StartDecision {}

    /**
     * The holder is live, and the run is to follow it.
     *
     * @param terminates whether the holder is terminated for it
     */
    record QueueAfter(Holder holder, boolean terminates) implements StartDecision {}

    /** The holder is live, and the start returns it. */
    record Attach(InstanceRow holder) implements StartDecision {}

    /** What is done about each decision. */
    interface Cases<T> {
        T insert();

        T refuse(InstanceRow holder);

        T awaitRelease(InstanceRow holder);

        T replace(Versioned<InstanceRow> holder);

        T queueAfter(Holder holder, boolean terminates);

        T attach(InstanceRow holder);
    }

    /**
     * Decides for a start that is a start only.
     *
     * @param holder the holder of the ID; null for none
     */
    static StartDecision of(@Nullable Holder holder, StartOptions options) {
        if (holder == null) {
            return new Insert();
        }
        InstanceRow row = holder.row();
        if (row.status().isTerminal()) {
            return ofEnded(holder, options, options.conflict() == ConflictPolicy.FAIL);
        }
        return switch (options.conflict()) {
            case FAIL -> new Refuse(row);
            case USE_EXISTING -> new Attach(row);
            case RUN_AFTER -> new QueueAfter(holder, false);
            case TERMINATE_EXISTING -> new QueueAfter(holder, true);
        };
    }

    /**
     * Decides for a start that raises an event. A live holder accepts the event, whatever the policy for conflicts; so
     * where the caller finds one, it raises the event again.
     *
     * @param holder the holder of the ID; null for none
     */
    static StartDecision ofRaising(@Nullable Holder holder, StartOptions options) {
        if (holder == null) {
            return new Insert();
        }
        InstanceRow row = holder.row();
        return row.status().isTerminal() ? ofEnded(holder, options, false) : new Attach(row);
    }

    /** A holder that a queued run follows is not finished: that run has the ID next. */
    private static StartDecision ofEnded(Holder holder, StartOptions options, boolean followerRefuses) {
        InstanceRow row = holder.row();
        boolean refused = row.queuedRun() == null ? !options.allowsReuse(row.status()) : followerRefuses;
        if (refused) {
            return new Refuse(row);
        }
        return row.ownership().owner() == null ? new Replace(holder.instance()) : new AwaitRelease(row);
    }

    /** The one switch over all decisions. */
    default <T> T match(Cases<T> cases) {
        if (this instanceof Insert) {
            return cases.insert();
        }
        if (this instanceof Refuse refuse) {
            return cases.refuse(refuse.holder());
        }
        if (this instanceof AwaitRelease ended) {
            return cases.awaitRelease(ended.holder());
        }
        if (this instanceof Replace replace) {
            return cases.replace(replace.holder());
        }
        if (this instanceof QueueAfter queue) {
            return cases.queueAfter(queue.holder(), queue.terminates());
        }
        return cases.attach(((Attach) this).holder());
    }
}
