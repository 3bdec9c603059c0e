package dev.soliton.engine.turn;

import dev.soliton.engine.commit.Commit;
import dev.soliton.engine.commit.FencedRow;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.ReplayLoop;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.StatusReasons;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceRow.Values;
import dev.soliton.store.Payload;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.WaitingFor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a turn has not committed yet, and the ways to commit it.
 *
 * <p>A new generation begins here, and the first commit that follows writes it. So an execution that continues as new
 * and then waits pays for one commit. Until then its journal is the old one, and a crash repeats the step.
 */
final class UnitOfWork {
    /** How often a last commit is tried again because something arrived. That many senders cannot be a coincidence. */
    private static final int MAX_ENDS = 50;

    private final EngineServices services;
    private final InstanceSession session;
    private final InboxReader inbox;
    private final AfterCommit after;
    private final TimerMessages timers;
    private final JournalPayloads payloads;
    private List<EventRaised> carried = List.of();
    private int generation;
    private @Nullable Payload input;
    private @Nullable Integer codeVersion;

    /**
     * The unit of work of a turn.
     *
     * @param dueOfMessage when the timer of the turn's message is due; the message is deleted after the turn
     * @param after notified of each event that is committed to the journal
     */
    UnitOfWork(
            EngineServices services,
            InstanceSession session,
            InboxReader inbox,
            @Nullable Instant dueOfMessage,
            AfterCommit after) {
        this.services = services;
        this.session = session;
        this.inbox = inbox;
        this.after = after;
        this.timers = new TimerMessages(services, session, dueOfMessage);
        this.payloads = new JournalPayloads(services, after);
        this.generation = session.row().key().generation();
        this.input = session.row().values().input();
        this.codeVersion = session.row().progress().codeVersion();
    }

    /** The current generation, which may not be written yet. */
    int generation() {
        return generation;
    }

    /** The execution, in its current generation. */
    ExecutionKey key() {
        ExecutionKey key = session.row().key();
        return new ExecutionKey(key.instanceId(), key.executionId(), generation);
    }

    /** Notes which version of the orchestrator's code runs the generation with which the turn begins. */
    void runsVersion(int version) {
        codeVersion = version;
    }

    @Nullable
    Payload input() {
        return input;
    }

    /** Whether a generation has begun that is not written yet. */
    boolean hasNewGeneration() {
        return generation != session.row().key().generation();
    }

    /** Whether so much has accumulated that it should be committed. */
    boolean isFull(EventSource.State state) {
        int most = services.limits().writes().pending();
        return state.fresh().size() >= most || inbox.takenCount() >= most;
    }

    /** Notes a value of the journal that is stored elsewhere, so that it is removed with the journal. */
    void note(@Nullable Payload payload) {
        payloads.note(payload);
    }

    /**
     * Begins the next generation.
     *
     * @param version the version of the orchestrator's code that runs it
     */
    void begin(@Nullable Payload nextInput, List<EventRaised> unconsumed, int version) {
        payloads.note(input);
        payloads.begin(unconsumed);
        inbox.markTakenSpent();
        carried = List.copyOf(unconsumed);
        input = nextInput;
        codeVersion = version;
        generation++;
    }

    /**
     * Commits what is new, if anything is.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    void commit(EventSource.State state, Commit.OwnerAfter ownerAfter) throws TurnStopped {
        boolean held = ownerAfter instanceof Commit.OwnerAfter.Unchanged || session.isClaimed();
        // Discarded rows may stand before rows that one read could not hold. So a commit without news removes them,
        // too.
        if (held && !hasNews(state) && (inbox.isWhole() || !session.hasLeftovers())) {
            return;
        }
        put(state, newCommit(state), ownerAfter);
    }

    /**
     * Commits how much was delivered to other instances up to now, so that the next turn sends none of it again.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    void noteDelivered(EventSource.State state) throws TurnStopped {
        if (after.delivered() != session.row().progress().delivered()) {
            put(state, newCommit(state), new Commit.OwnerAfter.Unchanged());
        }
    }

    /** Whether there is anything to write before the turn leaves the instance. */
    boolean needsRelease(EventSource.State state) {
        return session.isClaimed()
                || session.hasLeftovers()
                || hasNews(state)
                || timers.isToBePromised(TimerMessages.nextDue(state));
    }

    /**
     * Commits what is new, and releases the instance until something arrives or the next timer is due.
     *
     * @return whether the instance is released; if not, something has arrived
     * @throws TurnStopped if the turn cannot go on
     */
    boolean tryRelease(EventSource.State state) throws TurnStopped {
        Instant due = TimerMessages.nextDue(state);
        FencedRow.Result result;
        do {
            result = put(state, newCommit(state), new Commit.OwnerAfter.Release(due, () -> timers.promise(due)));
            if (result == FencedRow.Result.GATE_MOVED) {
                inbox.read(Objects.requireNonNull(session.seen()));
                return false;
            }
        } while (result != FencedRow.Result.WRITTEN);
        return true;
    }

    /**
     * Ends the execution.
     *
     * @param shown what its status shows at the end
     * @param owned whether the worker stays its owner, to deliver the end to others before it releases the instance
     * @throws TurnStopped if the turn cannot go on
     */
    void end(EventSource.State state, RuntimeStatus status, Values shown, boolean owned) throws TurnStopped {
        List<String> needless = new ArrayList<>();
        for (int tries = 0; tries < MAX_ENDS; tries++) {
            InboxItem.Terminate late = inbox.termination();
            if (late != null && late.recursive()) {
                // The inbox row of this request stays until the end is written: a worker that takes over from here does
                // it again.
                after.endChildren(key(), late.reason());
            }
            // A failed execution may be rewound, and then receives what was accepted for it.
            needless.addAll(inbox.takeAll(status == RuntimeStatus.FAILED));
            Commit end = newCommit(state, status, shown.withInput(input), needless);
            if (put(state, end, new Commit.OwnerAfter.End(owned)) == FencedRow.Result.WRITTEN) {
                return;
            }
            if (session.seen() != null) {
                inbox.read(session.seen());
            }
        }
        throw TurnStopped.by(new StorageException("The end of an execution was overtaken again and again.", null));
    }

    private boolean hasNews(EventSource.State state) {
        InstanceRow row = session.row();
        return !state.fresh().isEmpty()
                || generation != row.key().generation()
                || !carried.isEmpty()
                || !Objects.equals(state.customStatus(), row.values().customStatus())
                || !Objects.equals(reason(state, row), row.values().reason())
                || status(state, row) != row.status();
    }

    private static RuntimeStatus status(EventSource.State state, InstanceRow row) {
        if (state.isSuspended()) {
            return RuntimeStatus.SUSPENDED;
        }
        boolean waits = state.timers().has(ReplayLoop.BEGINNING);
        return waits && row.status() != RuntimeStatus.RUNNING ? RuntimeStatus.PENDING : RuntimeStatus.RUNNING;
    }

    private Values shown(EventSource.State state, InstanceRow row) {
        return row.values()
                .withInput(input)
                .withReason(reason(state, row))
                .withWaitingFor(waitingFor(state))
                .withCustomStatus(state.customStatus());
    }

    private static @Nullable WaitingFor waitingFor(EventSource.State state) {
        WaitingFor what = state.waitingFor();
        return WaitingFor.NOTHING.equals(what) ? null : what;
    }

    /** Why the execution does not go on, or has not gone on. */
    private static @Nullable String reason(EventSource.State state, InstanceRow row) {
        if (state.isSuspended()) {
            return state.suspendedFor();
        }
        boolean done = state.fresh().stream().anyMatch(InstanceSession::isDone);
        return done ? null : StatusReasons.of(row.ownership());
    }

    private Commit newCommit(EventSource.State state) {
        InstanceRow row = session.row();
        return newCommit(state, status(state, row), shown(state, row), List.of());
    }

    private Commit newCommit(EventSource.State state, RuntimeStatus status, Values shown, List<String> needless) {
        List<JournalEvent> events = new ArrayList<>(carried);
        events.addAll(state.fresh());
        return new Commit(
                generation,
                events,
                inbox.taken(),
                inbox.spent(),
                needless,
                status,
                shown,
                after.delivered(),
                codeVersion);
    }

    private FencedRow.Result put(EventSource.State state, Commit commit, Commit.OwnerAfter ownerAfter)
            throws TurnStopped {
        FencedRow.Result result = session.commit(commit, ownerAfter, written -> {
            // These events are written, and must not be written again if the rest has to wait.
            inbox.committed(written);
            written.forEach(event -> after.committed(session.row().key(), event));
            state.fresh()
                    .subList(0, Math.min(written.size(), state.fresh().size()))
                    .clear();
        });
        if (result == FencedRow.Result.WRITTEN) {
            carried = List.of();
            inbox.spentAreGone();
            payloads.removeObsolete();
        }
        return result;
    }
}
