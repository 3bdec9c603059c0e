package dev.soliton.engine.turn;

import dev.soliton.engine.commit.Commit;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.ReplayLoop;
import dev.soliton.engine.replay.Timers;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.InstanceRow;
import java.time.Duration;
import java.time.Instant;
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

    private final EngineServices services;
    private final InstanceSession session;
    private final Turn.Trigger trigger;
    private final Activities activities;
    private final Outbox outbox;
    private final InboxReader inbox;
    private final UnitOfWork unit;
    private final PendingWork pending;
    private final LocalResults results;
    private final InboxWatch watch;
    private final SignalWait wait;
    private final BlockingDeque<TurnSignal> signals;
    private Instant latest;
    private boolean progressed;
    private volatile boolean stopped;

    TurnLoop(
            EngineServices services,
            InstanceSession session,
            Turn.Trigger trigger,
            Activities activities,
            Outbox outbox,
            InboxReader inbox,
            UnitOfWork unit,
            PendingWork pending,
            BlockingDeque<TurnSignal> signals,
            Instant latest) {
        this.services = services;
        this.session = session;
        this.trigger = trigger;
        this.activities = activities;
        this.outbox = outbox;
        this.inbox = inbox;
        this.unit = unit;
        this.pending = pending;
        this.results = new LocalResults(services, activities, outbox, unit);
        this.watch = new InboxWatch(services, session, inbox);
        this.wait = new SignalWait(services, session, trigger, signals);
        this.signals = signals;
        this.latest = latest;
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
        if (unit.isFull(state)) {
            // The write that begins a generation, this one or the next, removes all that was taken up to then. It holds
            // only so much.
            pending.noteFresh(state);
            unit.commit(state, new Commit.OwnerAfter.Unchanged());
        }
        return inbox.takeControl(now(), state.isSuspended());
    }

    @Override
    public @Nullable Instant beginsAt() {
        InstanceRow row = session.row();
        if (unit.generation() > 0) {
            return null;
        }
        // What begins has to be claimed first, see where the timer fires.
        return row.isDelayed(services.now()) || !session.isClaimed() ? row.startAt() : null;
    }

    @Override
    public JournalEvent.@Nullable EventRaised takeEvent(State state, String name, int asked) throws TurnStopped {
        watch.reloadIfStale(inbox.hasEvent(name));
        if (!inbox.hasEvent(name)) {
            return null;
        }
        if (unit.isFull(state)) {
            pending.noteFresh(state);
            unit.commit(state, new Commit.OwnerAfter.Unchanged());
            if (isLate() && !mayBringSomething()) {
                throw TurnStopped.handedOff();
            }
        }
        progressed = true;
        return inbox.takeEvent(now(), asked);
    }

    /** Forgets the events that have come in up to now and that nobody was told of. */
    void dropEvents() throws TurnStopped {
        watch.reloadIfStale(false);
        if (inbox.dropEvents()) {
            session.removeDiscarded();
        }
    }

    @Override
    public JournalEvent next(State state) throws TurnStopped {
        boolean requested = pending.noteFresh(state);
        while (true) {
            endInTime();
            if (session.isClaimed() && watch.isReloadDue()) {
                watch.reload();
            }
            if (!requested && !unit.isFull(state)) {
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
        watch.stale();
        if (isLate() && !mayBringSomething()) {
            unit.commit(state, new Commit.OwnerAfter.Unchanged());
            throw TurnStopped.handedOff();
        }
        if (outbox.hasUnreleased() || hasLocalWork(state)) {
            unit.commit(state, new Commit.OwnerAfter.Claim());
            deliver(state, true);
            if (!isLate()) {
                pending.startSome();
            }
        } else if (hasMore(state)) {
            unit.commit(state, new Commit.OwnerAfter.Unchanged());
        } else if (!inbox.isWhole()) {
            unit.commit(state, new Commit.OwnerAfter.Unchanged());
            watch.reload();
        } else if (!unit.needsRelease(state)) {
            throw TurnStopped.idle();
        } else {
            trigger.lock().releasing();
            if (unit.tryRelease(state)) {
                throw TurnStopped.idle();
            }
        }
    }

    /** Sends what a commit holds to others; where that is much, what was sent is written down from time to time. */
    private void deliver(State state, boolean here) throws TurnStopped {
        while (!pending.deliver(here, this::isLate)) {
            unit.noteDelivered(state);
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
        pending.noteFresh(state);
        if (pending.hasSomethingForOthers()) {
            unit.commit(state, new Commit.OwnerAfter.Claim());
            deliver(state, false);
        }
    }

    /** Ends the sub-orchestrations that were called and have not ended. */
    void endChildren(State state, @Nullable String reason) throws TurnStopped {
        while (!pending.endChildren(state, reason, this::isLate)) {
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
        return stopped ? hasEnds() : pending.isUnderWay();
    }

    /** Whether something has ended here that was not taken in. */
    private boolean hasEnds() {
        return signals.stream().anyMatch(told -> !(told instanceof TurnSignal.InboxChanged));
    }

    /** Whether this process has to do something, or to wait for something that it does. */
    private boolean hasLocalWork(State state) {
        return pending.isLocal() || dueWithin(state, SHORT_TIMER);
    }

    private boolean dueWithin(State state, Duration time) {
        Timers.Timer timer = state.timers().first();
        return timer != null && !timer.due().isAfter(services.now().plus(time));
    }

    private boolean hasMore(State state) {
        // A change of the inbox is no reason to stay: the write that releases the instance finds what has arrived by
        // then.
        return hasEnds() || inbox.nextAt() != null || dueWithin(state, Duration.ZERO);
    }

    /** What the orchestrator is to be told next; null if nothing is there yet. */
    private @Nullable JournalEvent ready(State state) throws TurnStopped {
        JournalEvent ready = receive(state);
        while (ready == null && !signals.isEmpty()) {
            ready = handle(signals.remove());
        }
        if (ready == null && watch.hasChanged() && !isLate()) {
            // However often the inbox has changed and goes on to: what one read brings is processed before the next.
            watch.reload();
            ready = receive(state);
        }
        if (ready instanceof TimerFired fired && fired.id() == ReplayLoop.BEGINNING && !session.isClaimed()) {
            unit.commit(state, new Commit.OwnerAfter.Claim());
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
        Instant arrived = inbox.nextAt();
        if (arrived != null && (timer == null || !timer.due().isBefore(arrived))) {
            JournalEvent event = inbox.take(now(), state.isSuspended(), outbox::isOpen);
            if (event != null) {
                return event;
            }
        }
        return timer == null ? null : new TimerFired(timer.id(), now());
    }

    private @Nullable JournalEvent handle(TurnSignal signal) throws TurnStopped {
        if (signal instanceof TurnSignal.InboxChanged) {
            watch.changed();
            return null;
        }
        return results.take(signal, this::now);
    }

    /** Ends what is under way before the host ends the process for it. */
    private void endInTime() throws TurnStopped {
        Duration left = timeLeft(services.limits().deadline());
        if (activities.underWay() > 0 && (left.isNegative() || left.isZero())) {
            stopped = true;
            activities.timeOutActivities(services);
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
        wait.shareProcess();
        Duration limit = watch.reloadAfter();
        if (activities.underWay() > 0) {
            Duration left = timeLeft(services.limits().deadline());
            limit = left.compareTo(limit) < 0 ? left : limit;
        }
        Timers.Timer timer = state.timers().first();
        if (timer != null) {
            Duration until = Duration.between(services.now(), timer.due());
            limit = until.compareTo(limit) < 0 ? until : limit;
        }
        TurnSignal signal = wait.take(limit.isNegative() ? Duration.ZERO : limit);
        if (signal != null) {
            // Back to where all that has happened is looked for.
            signals.addFirst(signal);
        } else if (limit.equals(watch.reloadAfter())) {
            watch.reload();
        }
    }

    /** Reads what came in since the last time. */
    void reload() throws TurnStopped {
        watch.reload();
    }
}
