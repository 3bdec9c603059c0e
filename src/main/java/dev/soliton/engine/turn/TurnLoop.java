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
 * <p>The order of these steps makes them safe. The loop commits a request before it carries it out, and a result before
 * anything that depends on that result. One commit records a result together with the next request, so that a chain of
 * activities costs one write a step. A crash before a commit repeats the activity whose result was not in it; a crash
 * after the commit never does.
 *
 * <p>As long as it carries out nothing, it claims nothing: the row's ETag fences the one commit in which the execution
 * goes back to sleep.
 *
 * <p>The class is longer than 300 lines: the order of the steps is the argument, and reads in one piece.
 */
final class TurnLoop implements EventSource {
    /**
     * The loop waits here for a timer that is due this soon. That costs one commit; a message for the timer would cost
     * four more.
     */
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

    /** Asks the turn to leave the rest to another one as soon as it waits. */
    void stop() {
        stopped = true;
        signals.add(new TurnSignal.InboxChanged());
    }

    /** Makes sure that no later event has an earlier time than this. */
    void notBefore(Instant time) {
        latest = time.isBefore(latest) ? latest : time;
    }

    /** Whether the turn has used up its time, or was asked to leave the rest to another. */
    boolean isLate() {
        // Even a turn whose replay alone takes that long has to make some progress, or no turn ever would.
        return stopped || (progressed && timeLeft(services.limits().turn()).isNegative());
    }

    /** What is left of a limit on the time since the handling of the message began. */
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
            // The write that begins a generation, this one or the next, removes all rows that were taken up to then.
            // One write holds only so many.
            pending.noteFresh(state);
            unit.commit(state, new Commit.OwnerAfter.Unchanged());
        }
        return inbox.takeControl(now(), state.isSuspended());
    }

    @Override
    public boolean waitsForOtherCode(String reason) {
        InstanceRow row = session.row();
        // While it waits nothing else changes the row.
        Duration waited = reason.equals(row.values().reason())
                ? Duration.between(row.updatedAt(), services.now())
                : Duration.ZERO;
        return waited.compareTo(services.limits().divergence()) < 0;
    }

    @Override
    public @Nullable Instant beginsAt() {
        InstanceRow row = session.row();
        if (unit.generation() > 0) {
            return null;
        }
        // An execution has to be claimed before it begins, see where the timer fires.
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

    /** Drops the events that have arrived up to now and that the orchestrator has not received. */
    void dropEvents() throws TurnStopped {
        watch.reloadIfStale(false);
        if (inbox.dropEvents(services.limits().writes().pending())) {
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

    /** Commits what is new, in the way that fits the next step, and carries out what the commit holds. */
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

    /**
     * Sends to other instances what a commit holds. If that is much, it commits from time to time what it has sent.
     */
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

    /** Sends the requests that the orchestrator does not wait for, before the journal that has them ends. */
    void flush(State state) throws TurnStopped {
        pending.noteFresh(state);
        if (pending.hasSomethingForOthers()) {
            unit.commit(state, new Commit.OwnerAfter.Claim());
            deliver(state, false);
        }
    }

    /** Terminates the sub-orchestrations that were called and have not ended. */
    void endChildren(State state, @Nullable String reason) throws TurnStopped {
        while (!pending.endChildren(state, reason, this::isLate)) {
            progressed = true;
            if (isLate()) {
                throw TurnStopped.handedOff();
            }
        }
    }

    /** Notes that the turn has made progress that the next one need not make again. */
    void progressed() {
        progressed = true;
    }

    /** Whether a turn that is late still has results to process before it leaves the rest to another. */
    private boolean mayBringSomething() {
        // A turn that was asked to stop does not wait for what is under way.
        return stopped ? hasEnds() : pending.isUnderWay();
    }

    /** Whether something has ended here and its result is not processed yet. */
    private boolean hasEnds() {
        return signals.stream().anyMatch(signal -> !(signal instanceof TurnSignal.InboxChanged));
    }

    /** Whether this process has something to do for the execution, or waits for something that it does. */
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

    /** The next event for the orchestrator; null if there is none yet. */
    private @Nullable JournalEvent ready(State state) throws TurnStopped {
        JournalEvent ready = receive(state);
        while (ready == null && !signals.isEmpty()) {
            ready = handle(signals.remove());
        }
        if (ready == null && watch.hasChanged() && !isLate()) {
            // However many changes of the inbox were reported, and however many follow: the turn processes what one
            // read found before the next read.
            watch.reload();
            ready = receive(state);
        }
        if (ready instanceof TimerFired fired && fired.id() == ReplayLoop.BEGINNING && !session.isClaimed()) {
            unit.commit(state, new Commit.OwnerAfter.Claim());
        }
        progressed |= ready != null;
        return ready;
    }

    /** The next arrival, or the next timer that is due, whichever was first. */
    private @Nullable JournalEvent receive(State state) throws TurnStopped {
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

    /** Ends what is under way before the host ends the process because of it. */
    private void endInTime() throws TurnStopped {
        Duration left = timeLeft(services.limits().deadline());
        if (activities.underWay() > 0 && (left.isNegative() || left.isZero())) {
            stopped = true;
            activities.timeOutActivities(services);
        }
    }

    /** Waits until something happens, or until a read is due. */
    private void await(State state) throws TurnStopped {
        if (stopped) {
            // It may have been asked to stop during a write. It processes what has ended meanwhile, and waits for
            // nothing else.
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
            // Return it to the front of the queue, because the caller handles all signals in one place.
            signals.addFirst(signal);
        } else if (limit.equals(watch.reloadAfter())) {
            watch.reload();
        }
    }

    /** Reads what has arrived since the last read. */
    void reload() throws TurnStopped {
        watch.reload();
    }
}
