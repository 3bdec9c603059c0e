package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.EventRaised;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InstanceRow.Values;
import dev.soliton.instance.Payload;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WaitingFor;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WorkMessage.Base;
import dev.soliton.instance.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a turn has not committed yet, and the ways to commit it.
 *
 * <p>A new generation is begun here and written with the first commit that follows, so that an execution which continues
 * as new and then waits pays for one commit. Until then its journal is the old one, and a crash repeats the step.
 *
 * <p>For the earliest timer of an instance that nobody owns there is a message in the queue, put before the write that
 * promises it, and naming the state that this write is conditional on: whoever gets it early can tell that the promise
 * may still come. Of a commit of several writes that is the last. The row says for which time there is such a message, so that it is not put again by each commit.
 */
final class Ledger {
    /** A message can be delayed for seven days; a timer that is further off gets there in hops. */
    static final Duration LONGEST_HOP = WorkQueue.LONGEST_HOP;

    /** How many values of a generation that is gone a turn removes before it goes on, at a request each. */
    private static final int MAX_REMOVALS = 50;

    /** How often a last commit begins anew because something came in: that many senders cannot be a coincidence. */
    private static final int MAX_ENDS = 50;

    private final EngineContext context;
    private final OpenInstance instance;
    private final Intake intake;
    private final @Nullable Instant dueOfMessage;
    private final CommitLog after;
    private final Set<Payload> obsolete = new HashSet<>();
    private final Set<Payload> noted = new HashSet<>();
    private List<EventRaised> carried = List.of();
    private int generation;
    private @Nullable Payload input;
    private @Nullable Promise promised;

    /** A message that was put for a timer, and the state that it names. */
    private record Promise(Instant due, String etag) {}

    /**
     * The ledger of a turn.
     *
     * @param dueOfMessage when the timer is due whose message the turn is for, and which is deleted after the turn
     * @param after told of each event that is in the journal for good
     */
    Ledger(
            EngineContext context,
            OpenInstance instance,
            Intake intake,
            @Nullable Instant dueOfMessage,
            CommitLog after) {
        this.context = context;
        this.instance = instance;
        this.intake = intake;
        this.dueOfMessage = dueOfMessage;
        this.after = after;
        this.generation = instance.row().key().generation();
        this.input = instance.row().values().input();
    }

    /** The generation that goes on, which may not be written yet. */
    int generation() {
        return generation;
    }

    /** The execution, in the generation that goes on. */
    ExecutionKey key() {
        ExecutionKey key = instance.row().key();
        return new ExecutionKey(key.instanceId(), key.executionId(), generation);
    }

    @Nullable
    Payload input() {
        return input;
    }

    /** Whether a generation was begun that is not written yet. */
    boolean isBehind() {
        return generation != instance.row().key().generation();
    }

    /** Whether so much has piled up that it should be committed. */
    boolean isFull(Live.State state) {
        int most = context.limits().writes().pending();
        return state.fresh().size() >= most
                || intake.taken().size() + intake.spent().size() >= most;
    }

    /** Notes where a journal's values are kept, so that they can be removed with it. */
    void note(@Nullable Payload payload) {
        if (payload instanceof Payload.Stored) {
            noted.add(payload);
        }
    }

    /** Begins the next generation. */
    void begin(@Nullable Payload nextInput, List<EventRaised> unconsumed) {
        note(input);
        obsolete.addAll(noted);
        noted.clear();
        unconsumed.forEach(event -> note(event.input()));
        obsolete.removeAll(noted);
        intake.spendTaken();
        carried = List.copyOf(unconsumed);
        input = nextInput;
        generation++;
    }

    /**
     * Commits what is new, if anything is.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    void commit(Live.State state, Draft.Hold hold) throws TurnStopped {
        boolean held = hold instanceof Draft.Hold.Same || instance.isClaimed();
        // What was discarded is removed, too, where it stands before what could not be read yet.
        if (held && !hasNews(state) && (intake.isWhole() || !instance.hasLeftovers())) {
            return;
        }
        put(state, draft(state, status(state), shown(state)), hold);
    }

    /**
     * Writes down what was delivered to others up to now, of which the next turn then sends nothing again.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    void noteDelivered(Live.State state) throws TurnStopped {
        if (after.delivered() != instance.row().progress().delivered()) {
            put(state, draft(state, status(state), shown(state)), new Draft.Hold.Same());
        }
    }

    /** Whether there is anything to write before the instance is left to itself. */
    boolean needsRelease(Live.State state) {
        return instance.isClaimed()
                || instance.hasLeftovers()
                || hasNews(state)
                || !Objects.equals(nextDue(state), instance.row().progress().nextDue())
                || isDueOfMessage(nextDue(state));
    }

    /**
     * Commits what is new, and lets the instance go until something comes in or the next timer is due.
     *
     * @return whether it went; if not, something has come in
     * @throws TurnStopped if the turn cannot go on
     */
    boolean tryRelease(Live.State state) throws TurnStopped {
        Instant due = nextDue(state);
        FencedRow.Result result;
        do {
            result = put(state, draft(state, status(state), shown(state)), new Draft.Hold.Release(due, () -> {
                if (due != null && !hasMessage(due)) {
                    putMessage(due);
                }
            }));
            if (result == FencedRow.Result.GATE_MOVED) {
                intake.read(Objects.requireNonNull(instance.seen()));
                return false;
            }
        } while (result != FencedRow.Result.WRITTEN);
        return true;
    }

    /**
     * Ends the execution.
     *
     * @param shown what it shows at the end
     * @param owned whether its end is to be delivered to others before it lets the instance go
     * @throws TurnStopped if the turn cannot go on
     */
    void end(Live.State state, RuntimeStatus status, Values shown, boolean owned) throws TurnStopped {
        for (int tries = 0; tries < MAX_ENDS; tries++) {
            InboxItem.Terminate late = intake.termination();
            if (late != null && late.recursive()) {
                // The row that says so stays until the end is written: who takes over from here does it again.
                after.endChildren(key(), late.reason());
            }
            // One that has failed may be rewound, and is told then of what was accepted for it.
            intake.discardAll(status == RuntimeStatus.FAILED);
            if (put(state, draft(state, status, shown.withInput(input)), new Draft.Hold.End(owned))
                    == FencedRow.Result.WRITTEN) {
                return;
            }
            if (instance.seen() != null) {
                intake.read(instance.seen());
            }
        }
        throw TurnStopped.by(new StorageException("The end of an execution was overtaken again and again.", null));
    }

    private boolean hasNews(Live.State state) {
        return !state.fresh().isEmpty()
                || isBehind()
                || !carried.isEmpty()
                || !Objects.equals(state.customStatus(), instance.row().values().customStatus())
                || !Objects.equals(reason(state), instance.row().values().reason())
                || status(state) != instance.row().status();
    }

    private RuntimeStatus status(Live.State state) {
        if (state.isSuspended()) {
            return RuntimeStatus.SUSPENDED;
        }
        boolean waits = state.timers().has(Course.BEGINNING);
        return waits && instance.row().status() != RuntimeStatus.RUNNING
                ? RuntimeStatus.PENDING
                : RuntimeStatus.RUNNING;
    }

    private Values shown(Live.State state) {
        return instance.row()
                .values()
                .withInput(input)
                .withReason(reason(state))
                .withWaitingFor(waitingFor(state))
                .withCustomStatus(state.customStatus());
    }

    private static @Nullable WaitingFor waitingFor(Live.State state) {
        WaitingFor what = state.waitingFor();
        return WaitingFor.NOTHING.equals(what) ? null : what;
    }

    /** Why it does not go on, or has not gone on. */
    private @Nullable String reason(Live.State state) {
        if (state.isSuspended()) {
            return state.suspendedFor();
        }
        boolean done = state.fresh().stream().anyMatch(OpenInstance::isDone);
        return done ? null : StatusReasons.of(instance.row().ownership());
    }

    private Draft draft(Live.State state, RuntimeStatus status, Values shown) {
        List<JournalEvent> events = new ArrayList<>(carried);
        events.addAll(state.fresh());
        return new Draft(generation, events, intake.taken(), intake.spent(), status, shown, after.delivered());
    }

    private FencedRow.Result put(Live.State state, Draft draft, Draft.Hold hold) throws TurnStopped {
        FencedRow.Result result = instance.commit(draft, hold, written -> {
            // What is written is not written again, should the rest have to wait.
            intake.committed(written);
            written.forEach(event -> after.committed(instance.row().key(), event));
            state.fresh()
                    .subList(0, Math.min(written.size(), state.fresh().size()))
                    .clear();
        });
        if (result == FencedRow.Result.WRITTEN) {
            carried = List.of();
            intake.spentAreGone();
            removeObsolete();
        }
        return result;
    }

    /** Removes the values of generations that are gone; of very many the rest beside the turn, which does not wait. */
    private void removeObsolete() {
        List<Payload> all = List.copyOf(obsolete);
        obsolete.clear();
        int here = Math.min(all.size(), MAX_REMOVALS);
        remove(all.subList(0, here));
        if (here < all.size()) {
            after.beside(() -> remove(all.subList(here, all.size())));
        }
    }

    /** Removes values. If it fails, they lie there until the instance is purged. */
    private void remove(List<Payload> payloads) {
        try {
            payloads.forEach(context.storage().payloads()::discard);
        } catch (StorageException harmless) {
            // Nobody will ever read them.
        }
    }

    private boolean hasMessage(Instant due) {
        if (promised != null && promised.equals(new Promise(due, instance.etag()))) {
            return true;
        }
        return due.equals(instance.row().progress().nextDue()) && !isDueOfMessage(due);
    }

    private boolean isDueOfMessage(@Nullable Instant due) {
        return due != null && due.equals(dueOfMessage);
    }

    /** When the earliest timer is due, rounded up to what the storage keeps, so that it can be recognised there. */
    private static @Nullable Instant nextDue(Live.State state) {
        Timers.Timer first = state.timers().first();
        return first == null ? null : first.due().plusNanos(999).truncatedTo(ChronoUnit.MICROS);
    }

    private void putMessage(Instant due) throws TurnStopped {
        ExecutionKey key = instance.row().key();
        try {
            context.storage()
                    .queue()
                    .put(
                            WorkMessage.timer(key.instanceId(), key.executionId(), due, new Base(instance.etag())),
                            delay(due, context.now()));
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        promised = new Promise(due, instance.etag());
    }

    /** How long the message for a timer is delayed. */
    static Duration delay(Instant due, Instant now) {
        Duration delay = Duration.between(now, due);
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(LONGEST_HOP) > 0 ? LONGEST_HOP : delay;
    }
}
