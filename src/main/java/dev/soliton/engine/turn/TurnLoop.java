package dev.soliton.engine.turn;

import dev.soliton.engine.commit.Commit;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.ReplayLoop;
import dev.soliton.engine.replay.Timers;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.Suspicion;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import org.jspecify.annotations.Nullable;

/**
 * The live part of a turn: it gathers what happens, commits what is new where something depends on it, and carries out
 * what a commit holds.
 *
 * <p>The order of things is what makes it safe. A request is committed before it is carried out, and a result before
 * anything that depends on it: the commit that records a result is the one that records the next request, so that a
 * chain of activities costs one write a step. A crash before a commit repeats the activity whose result was not in it;
 * a crash after it never does.
 *
 * <p>As long as nothing is carried out, nothing is claimed: the one commit in which the execution goes back to sleep is
 * fenced by the row's ETag.
 */
final class TurnLoop implements EventSource {
    /** A timer that is due so soon is waited for here, which costs one commit; a message for it would cost four more. */
    static final Duration SHORT_TIMER = Duration.ofSeconds(2);

    /** How often an owner that waits looks whether something came in, and whether it is the owner still. */
    private static final Duration FIRST_RELOAD = Duration.ofSeconds(5);

    private static final Duration LONGEST_RELOAD = Duration.ofSeconds(20);

    private final EngineServices services;
    private final InstanceSession session;
    private final Turn.Trigger trigger;
    private final Parts parts;
    private final BlockingDeque<TurnSignal> signals;
    private Instant latest;
    private Duration reloadedAt;
    private Duration reloadAfter = FIRST_RELOAD;
    private boolean inboxChanged;
    private boolean stale;
    private boolean progressed;
    private volatile boolean stopped;

    /** What a turn has at hand. */
    record Parts(Activities activities, Outbox outbox, InboxReader inbox, UnitOfWork unit, PendingWork pending) {}

    TurnLoop(
            EngineServices services,
            InstanceSession session,
            Turn.Trigger trigger,
            Parts parts,
            BlockingDeque<TurnSignal> happenings,
            Instant latest) {
        this.services = services;
        this.session = session;
        this.trigger = trigger;
        this.parts = parts;
        this.signals = happenings;
        this.latest = latest;
        this.reloadedAt = services.elapsed();
    }

    /** Tells the turn to leave the rest to another one, as soon as it waits. */
    void stop() {
        stopped = true;
        signals.add(new TurnSignal.InboxChanged());
    }

    /** No event that follows is earlier than that. */
    void notBefore(Instant time) {
        latest = time.isBefore(latest) ? latest : time;
    }

    /** Whether the turn has gone on for as long as it may, or is told to leave the rest to another. */
    boolean isLate() {
        // A turn whose replay alone takes that long has to get something done all the same, or none ever would.
        return stopped || (progressed && timeLeft(services.limits().turn()).isNegative());
    }

    /** What is left of the time that a turn has for something. */
    private Duration timeLeft(Duration limit) {
        return trigger.begun().plus(limit).minus(services.elapsed());
    }

    @Override
    public Instant now() {
        notBefore(services.now());
        return latest;
    }

    @Override
    public @Nullable JournalEvent beforeStart(State state) throws TurnStopped {
        if (parts.unit().isFull(state)) {
            // The write that begins a generation, this one or the next, removes all that was taken up to then, and has
            // an
            // end.
            parts.pending().noteFresh(state);
            parts.unit().commit(state, new Commit.OwnerAfter.Unchanged());
        }
        return parts.inbox().takeControl(now(), state.isSuspended());
    }

    @Override
    public @Nullable Instant beginsAt() {
        InstanceRow row = session.row();
        if (parts.unit().generation() > 0) {
            return null;
        }
        // What begins has to be claimed first, see where the timer fires.
        return row.isDelayed(services.now()) || !session.isClaimed() ? row.startAt() : null;
    }

    @Override
    public JournalEvent.@Nullable EventRaised takeEvent(State state, String name, int asked) throws TurnStopped {
        reloadIfStale(parts.inbox().hasEvent(name));
        if (!parts.inbox().hasEvent(name)) {
            return null;
        }
        if (parts.unit().isFull(state)) {
            parts.pending().noteFresh(state);
            parts.unit().commit(state, new Commit.OwnerAfter.Unchanged());
            if (isLate() && !mayBringSomething()) {
                throw TurnStopped.handedOff();
            }
        }
        progressed = true;
        return parts.inbox().takeEvent(now(), asked);
    }

    /** Forgets the events that have come in up to now and that nobody was told of. */
    void dropEvents() throws TurnStopped {
        reloadIfStale(false);
        if (parts.inbox().dropEvents()) {
            session.removeDiscarded();
        }
    }

    /** What is said about all that has come in is to be true of now: the last read may be from before a wait. */
    private void reloadIfStale(boolean found) throws TurnStopped {
        if (!found && stale) {
            reload();
        }
    }

    @Override
    public JournalEvent next(State state) throws TurnStopped {
        boolean requested = parts.pending().noteFresh(state);
        while (true) {
            endInTime();
            if (session.isClaimed() && services.elapsed().minus(reloadedAt).compareTo(reloadAfter) >= 0) {
                reload();
            }
            if (!requested && !parts.unit().isFull(state)) {
                JournalEvent ready = ready(state);
                if (ready != null) {
                    return ready;
                }
            }
            requested = false;
            settle(state);
            JournalEvent ready = ready(state);
            if (ready != null) {
                return ready;
            }
            if (hasLocalWork(state)) {
                await(state);
            }
        }
    }

    /** Commits what is new, in the way that fits what follows, and carries out what it holds. */
    private void settle(State state) throws TurnStopped {
        stale = true;
        if (isLate() && !mayBringSomething()) {
            parts.unit().commit(state, new Commit.OwnerAfter.Unchanged());
            throw TurnStopped.handedOff();
        }
        if (parts.outbox().hasUnreleased() || hasLocalWork(state)) {
            parts.unit().commit(state, new Commit.OwnerAfter.Claim());
            deliver(state, true);
            if (!isLate()) {
                parts.pending().startSome();
            }
        } else if (hasMore(state)) {
            parts.unit().commit(state, new Commit.OwnerAfter.Unchanged());
        } else if (!parts.inbox().isWhole()) {
            parts.unit().commit(state, new Commit.OwnerAfter.Unchanged());
            reload();
        } else if (!parts.unit().needsRelease(state)) {
            throw TurnStopped.idle();
        } else {
            trigger.lock().releasing();
            if (parts.unit().tryRelease(state)) {
                throw TurnStopped.idle();
            }
        }
    }

    /** Sends what a commit holds to others; where that is much, what was sent is written down from time to time. */
    private void deliver(State state, boolean here) throws TurnStopped {
        while (!parts.pending().deliver(here, this::isLate)) {
            parts.unit().noteDelivered(state);
            progressed = true;
            if (isLate()) {
                if (here && mayBringSomething()) {
                    return;
                }
                throw TurnStopped.handedOff();
            }
        }
    }

    /** Sends what was asked for and not waited for, before the journal that has it ends. */
    void flush(State state) throws TurnStopped {
        parts.pending().noteFresh(state);
        if (parts.pending().hasSomethingForOthers()) {
            parts.unit().commit(state, new Commit.OwnerAfter.Claim());
            deliver(state, false);
        }
    }

    /** Ends the sub-orchestrations that were called and have not ended. */
    void endChildren(State state, @Nullable String reason) throws TurnStopped {
        while (!parts.pending().endChildren(state, reason, this::isLate)) {
            progressed = true;
            if (isLate()) {
                throw TurnStopped.handedOff();
            }
        }
    }

    /** Notes that the turn has got something done which the next one need not do again. */
    void progressed() {
        progressed = true;
    }

    /** Whether something is to be taken in yet before a turn that is late leaves the rest to another. */
    private boolean mayBringSomething() {
        // One that is told to stop does not wait for what is under way.
        return stopped ? hasEnds() : parts.pending().isUnderWay();
    }

    /** Whether something has ended here that was not taken in. */
    private boolean hasEnds() {
        return signals.stream().anyMatch(told -> !(told instanceof TurnSignal.InboxChanged));
    }

    /** Whether this process has to do something, or to wait for something that it does. */
    private boolean hasLocalWork(State state) {
        return parts.pending().isLocal() || dueWithin(state, SHORT_TIMER);
    }

    private boolean dueWithin(State state, Duration time) {
        Timers.Timer timer = state.timers().first();
        return timer != null && !timer.due().isAfter(services.now().plus(time));
    }

    private boolean hasMore(State state) {
        // A knock is no reason to stay: what has come in by then is found by the write that lets the instance go.
        return hasEnds() || parts.inbox().nextAt() != null || dueWithin(state, Duration.ZERO);
    }

    /** What the orchestrator is to be told next; null if nothing is there yet. */
    private @Nullable JournalEvent ready(State state) throws TurnStopped {
        JournalEvent ready = receive(state);
        while (ready == null && !signals.isEmpty()) {
            ready = handle(signals.remove());
        }
        if (ready == null && inboxChanged && !isLate()) {
            // However many have knocked, and however many go on to: what one look brings is taken in before the next.
            reload();
            ready = receive(state);
        }
        if (ready instanceof TimerFired fired && fired.id() == ReplayLoop.BEGINNING && !session.isClaimed()) {
            parts.unit().commit(state, new Commit.OwnerAfter.Claim());
        }
        progressed |= ready != null;
        return ready;
    }

    /** What came from outside, or from the clock: whichever was first. */
    private @Nullable JournalEvent receive(State state) {
        Timers.Timer timer = state.timers().first();
        if (timer != null && timer.due().isAfter(services.now())) {
            timer = null;
        }
        Instant arrived = parts.inbox().nextAt();
        if (arrived != null && (timer == null || !timer.due().isBefore(arrived))) {
            JournalEvent event = parts.inbox().take(now(), state.isSuspended(), parts.outbox()::isOpen);
            if (event != null) {
                return event;
            }
        }
        return timer == null ? null : new TimerFired(timer.id(), now());
    }

    private @Nullable JournalEvent handle(TurnSignal signal) throws TurnStopped {
        if (signal instanceof Activities.Ended ended) {
            parts.activities().taken(ended);
            return result(ended);
        }
        if (signal instanceof TurnSignal.ChildEnded child) {
            if (!parts.outbox().tryTake(child)) {
                return null;
            }
            ExecutionPayloads payloads = services.payloads(parts.unit().key());
            if (child.failure() != null) {
                return new SubOrchestrationFailed(child.id(), payloads.saveOwn(child.failure()), now());
            }
            Payload result = child.result() == null ? null : payloads.saveOwn(child.result());
            return new SubOrchestrationCompleted(child.id(), result, now());
        }
        if (signal instanceof TurnSignal.ChildHandedOff child) {
            parts.outbox().handedOff(child);
            if (child.trouble() != null) {
                throw TurnStopped.by(child.trouble());
            }
            return null;
        }
        inboxChanged = true;
        return null;
    }

    private JournalEvent result(Activities.Ended ended) throws TurnStopped {
        TaskScheduled task = ended.task();
        if (ended instanceof Activities.Ended.NotRun) {
            throw TurnStopped.workerStopped();
        }
        if (ended instanceof Activities.Ended.Unknown unknown) {
            throw TurnStopped.by(unknown.trouble());
        }
        if (ended instanceof Activities.Ended.Threw threw) {
            Payload details = services.payloads(parts.unit().key())
                    .saveOwn(services.json().writeFailure(threw.failure()));
            return new TaskFailed(task.id(), details, now());
        }
        return new TaskCompleted(task.id(), ((Activities.Ended.Returned) ended).result(), now());
    }

    /** Ends what is under way before the host ends the process for it. */
    private void endInTime() throws TurnStopped {
        Duration left = timeLeft(services.limits().deadline());
        if (parts.activities().underWay() > 0 && (left.isNegative() || left.isZero())) {
            stopped = true;
            parts.activities().timeOutActivities(services);
        }
    }

    /** Waits until something happens, or it is time to look. */
    private void await(State state) throws TurnStopped {
        if (stopped) {
            // It was told so while it wrote, say. What has ended meanwhile is taken in; for the rest nobody waits.
            if (!hasEnds()) {
                throw TurnStopped.handedOff();
            }
            return;
        }
        shareProcess();
        Duration limit = reloadAfter;
        if (parts.activities().underWay() > 0) {
            Duration left = timeLeft(services.limits().deadline());
            limit = left.compareTo(limit) < 0 ? left : limit;
        }
        Timers.Timer timer = state.timers().first();
        if (timer != null) {
            Duration until = Duration.between(services.now(), timer.due());
            limit = until.compareTo(limit) < 0 ? until : limit;
        }
        TurnSignal signal = take(limit.isNegative() ? Duration.ZERO : limit);
        if (signal != null) {
            // Back to where all that has happened is looked for.
            signals.addFirst(signal);
        } else if (limit.equals(reloadAfter)) {
            reload();
        }
    }

    /** Waits; meanwhile the message may be answered that the turn is for. */
    private @Nullable TurnSignal take(Duration limit) throws TurnStopped {
        MessageSlots.Slot slot = trigger.slot();
        if (slot == null || !session.isClaimed()) {
            return services.take(signals, limit);
        }
        Duration asked = slot.waits(services.elapsed());
        try {
            if (asked == null || asked.compareTo(limit) >= 0) {
                return services.take(signals, limit);
            }
            TurnSignal signal = services.take(signals, asked);
            if (signal == null) {
                slot.waits(services.elapsed());
                signal = services.take(signals, limit.minus(asked));
            }
            return signal;
        } finally {
            slot.works();
        }
    }

    /** A suspect lets others begin beside it: when it is not one any more, or when they have waited for long enough. */
    private void shareProcess() throws TurnStopped {
        InstanceLocks.Lock lock = trigger.lock();
        if (lock.isSuspected()
                && session.isClaimed()
                && Suspicion.of(session.row().ownership()) == Suspicion.NONE) {
            lock.isCleared();
        } else if (lock.isToShare()) {
            session.share();
            lock.shares();
        }
    }

    /** Reads what came in since the last time. */
    void reload() throws TurnStopped {
        inboxChanged = false;
        stale = false;
        Optional<Partition> state = session.reload();
        reloadedAt = services.elapsed();
        if (state.isPresent() && parts.inbox().read(state.get())) {
            reloadAfter = FIRST_RELOAD;
        } else {
            Duration longer = reloadAfter.multipliedBy(2);
            reloadAfter = longer.compareTo(LONGEST_RELOAD) > 0 ? LONGEST_RELOAD : longer;
        }
    }
}
