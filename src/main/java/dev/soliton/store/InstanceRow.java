package dev.soliton.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The row that is the instance: its presence takes the ID, its ETag fences every change.
 *
 * @param key which run of which instance
 * @param name the orchestrator's name
 * @param parent the task that it was started for, if it is a sub-orchestration
 * @param status where it stands
 * @param ownership who works on it
 * @param values its input and what it shows
 * @param progress how far it has come
 * @param createdAt when it was accepted
 * @param updatedAt when it last changed
 * @param commitId names the write that made the row what it is, so that a writer whose answer was lost can tell
 * @param startAt when it is to begin; null for at once
 * @param queuedRun the run that takes its place when its owner releases it; null for none, and while it has not ended
 * @param rewinds how often the execution has been rewound
 */
public record InstanceRow(
        ExecutionKey key,
        String name,
        @Nullable ParentTask parent,
        RuntimeStatus status,
        Ownership ownership,
        Values values,
        Progress progress,
        Instant createdAt,
        Instant updatedAt,
        String commitId,
        @Nullable Instant startAt,
        @Nullable QueuedRun queuedRun,
        int rewinds) {

    /** The row of an instance that is to begin at once. */
    public InstanceRow(
            ExecutionKey key,
            String name,
            @Nullable ParentTask parent,
            RuntimeStatus status,
            Ownership ownership,
            Values values,
            Progress progress,
            Instant createdAt,
            Instant updatedAt,
            String commitId) {
        this(key, name, parent, status, ownership, values, progress, createdAt, updatedAt, commitId, null, null, 0);
    }

    /**
     * What an instance took in and shows.
     *
     * @param input its input
     * @param output what it returned; for a failed one, a JSON text that sums the failure up
     * @param failure the details of the failure, as JSON
     * @param customStatus what its orchestrator shows, as JSON
     * @param reason why it does not go on, if something holds it
     * @param waitingFor what it waits for; null for nothing, and where that is not known
     */
    public record Values(
            @Nullable Payload input,
            @Nullable Payload output,
            @Nullable Payload failure,
            @Nullable String customStatus,
            @Nullable String reason,
            @Nullable WaitingFor waitingFor) {

        /** The values of one that waits for nothing. */
        public Values(
                @Nullable Payload input,
                @Nullable Payload output,
                @Nullable Payload failure,
                @Nullable String customStatus,
                @Nullable String reason) {
            this(input, output, failure, customStatus, reason, null);
        }

        /** The values of an instance that was only accepted yet. */
        public static Values ofInput(@Nullable Payload input) {
            return new Values(input, null, null, null, null);
        }

        public Values withInput(@Nullable Payload next) {
            return new Values(next, output, failure, customStatus, reason, waitingFor);
        }

        public Values withCustomStatus(@Nullable String shown) {
            return new Values(input, output, failure, shown, reason, waitingFor);
        }

        public Values withReason(@Nullable String why) {
            return new Values(input, output, failure, customStatus, why, waitingFor);
        }

        public Values withWaitingFor(@Nullable WaitingFor what) {
            return new Values(input, output, failure, customStatus, reason, what);
        }

        public Values withOutcome(@Nullable Payload returned, @Nullable Payload failed) {
            return new Values(input, returned, failed, customStatus, null, null);
        }
    }

    /**
     * How far an execution has come.
     *
     * @param journalRows how many rows its journal has in this generation
     * @param delivered the sequence number up to which, and not including which, everything that it sends to other
     *     instances in this generation has been delivered
     * @param nextDue when the earliest of its timers is due for which a message is in the queue; null if there is no
     *     such message, or an owner who will put one
     * @param codeVersion the version of the orchestrator's code that runs this generation; null if none has run it, or if the
     *     orchestrator had but one then, which is version 1
     */
    public record Progress(int journalRows, int delivered, @Nullable Instant nextDue, @Nullable Integer codeVersion) {
        /** Nothing has happened yet. */
        public static final Progress NONE = new Progress(0, 0, null, null);

        /** The progress with another time for the next message. */
        public Progress due(@Nullable Instant next) {
            return new Progress(journalRows, delivered, next, codeVersion);
        }
    }

    /** The row of an instance that is accepted now. */
    public static InstanceRow pending(
            ExecutionKey key,
            String name,
            @Nullable ParentTask parent,
            @Nullable Payload input,
            Instant now,
            String commitId) {
        return new InstanceRow(
                key,
                name,
                parent,
                RuntimeStatus.PENDING,
                Ownership.unowned(now.toEpochMilli()),
                Values.ofInput(input),
                Progress.NONE,
                now,
                now,
                commitId);
    }

    /** The row of an instance that is to begin later, and for which a message comes then; null for at once. */
    public InstanceRow beginningAt(@Nullable Instant time) {
        Progress delayed = progress.due(time);
        return new InstanceRow(
                key, name, parent, status, ownership, values, delayed, createdAt, updatedAt, commitId, time, queuedRun,
                rewinds);
    }

    /** The incarnation that the row shows. */
    public Incarnation incarnation() {
        return new Incarnation(key.executionId(), rewinds);
    }

    /**
     * The row with a fence that begins at the clock of the service, which is the same for all, so that fences do not go back
     * when an ID is purged and started again.
     */
    public InstanceRow fencedFrom(Instant serviceTime) {
        Ownership unowned = Ownership.unowned(serviceTime.toEpochMilli());
        return new InstanceRow(
                key, name, parent, status, unowned, values, progress, createdAt, updatedAt, commitId, startAt,
                queuedRun, rewinds);
    }

    /** The row with a fence above that of the row that it replaces; null if it replaces none. */
    public InstanceRow fencedAbove(@Nullable InstanceRow replaced) {
        if (replaced == null || replaced.ownership().fence() < ownership.fence()) {
            return this;
        }
        Ownership above = Ownership.unowned(replaced.ownership().fence() + 1);
        return new InstanceRow(
                key, name, parent, status, above, values, progress, createdAt, updatedAt, commitId, startAt, queuedRun,
                rewinds);
    }

    /** Whether it has ended, and nothing is left to do for it. */
    public boolean isFinished() {
        return status.isTerminal() && ownership.owner() == null;
    }

    /** Whether it is accepted, and not to begin before a time that has not come. */
    public boolean isDelayed(Instant now) {
        return startAt != null && startAt.isAfter(now);
    }

    /** The row after a change of state by the write of that ID. */
    public InstanceRow changed(RuntimeStatus next, Ownership owned, Values shown, Instant now, String writeId) {
        if (!status.canBecome(next)) {
            throw new IllegalStateException("An instance that is " + status.displayName() + " cannot become "
                    + next.displayName() + ": " + key);
        }
        // The clocks of two workers differ; the time that a reader sees does not go back for it.
        Instant at = now.isBefore(updatedAt) ? updatedAt : now;
        return new InstanceRow(
                key, name, parent, next, owned, shown, progress, createdAt, at, writeId, startAt, queuedRun, rewinds);
    }

    /** The row of an execution that was asked for then. */
    InstanceRow askedAt(Instant time) {
        return new InstanceRow(
                key, name, parent, status, ownership, values, progress, time, updatedAt, commitId, startAt, queuedRun,
                rewinds);
    }

    /** The row of an execution that has ended, and that another run is to follow; null for none. */
    public InstanceRow followedBy(@Nullable QueuedRun run) {
        return new InstanceRow(
                key, name, parent, status, ownership, values, progress, createdAt, updatedAt, commitId, startAt, run,
                rewinds);
    }

    /** The row of one that had failed, and is to go on. */
    public InstanceRow rewound(Instant now, String writeId) {
        if (status != RuntimeStatus.FAILED) {
            throw new IllegalStateException("An instance that is " + status.displayName() + " is not rewound: " + key);
        }
        Instant at = now.isBefore(updatedAt) ? updatedAt : now;
        return new InstanceRow(
                key,
                name,
                parent,
                RuntimeStatus.PENDING,
                ownership,
                values.withOutcome(null, null),
                progress,
                createdAt,
                at,
                writeId,
                startAt,
                queuedRun,
                rewinds + 1);
    }

    /** The row of a sub-orchestration that had failed, and is to go on for a call that its parent makes again. */
    public InstanceRow rewoundFor(ParentTask task, Instant now, String writeId) {
        InstanceRow live = rewound(now, writeId);
        return new InstanceRow(
                key,
                name,
                task,
                live.status,
                ownership,
                live.values,
                progress,
                createdAt,
                live.updatedAt,
                writeId,
                startAt,
                queuedRun,
                live.rewinds);
    }

    /** The row as it is, by another write. */
    public InstanceRow rewritten(String writeId) {
        return new InstanceRow(
                key, name, parent, status, ownership, values, progress, createdAt, updatedAt, writeId, startAt,
                queuedRun, rewinds);
    }

    /** The row further on, in the same generation or in a later one. */
    public InstanceRow at(int generation, Progress next) {
        ExecutionKey nextKey = new ExecutionKey(key.instanceId(), key.executionId(), generation);
        return new InstanceRow(
                nextKey, name, parent, status, ownership, values, next, createdAt, updatedAt, commitId, startAt,
                queuedRun, rewinds);
    }
}
