package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.engine.JournalEvent.TaskFailed;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.engine.JournalEvent.TimerFired;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.Payload;
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
final class LiveTurn implements Live {
    /** A timer that is due so soon is waited for here, which costs one commit; a message for it would cost four more. */
    static final Duration SHORT_TIMER = Duration.ofSeconds(2);

    /** How often an owner that waits looks whether something came in, and whether it is the owner still. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);

    private static final Duration LONGEST_LOOK = Duration.ofSeconds(20);

    private final EngineContext context;
    private final OpenInstance instance;
    private final Turn.Trigger trigger;
    private final Desk desk;
    private final BlockingDeque<Happening> happenings;
    private Instant latest;
    private Duration lookedAt;
    private Duration lookAfter = FIRST_LOOK;
    private boolean knocked;
    private boolean stale;
    private boolean progressed;
    private volatile boolean stopped;

    /** What a turn has at hand. */
    record Desk(Activities activities, Outbox outbox, Intake intake, Ledger ledger, OpenWork work) {}

    LiveTurn(
            EngineContext context,
            OpenInstance instance,
            Turn.Trigger trigger,
            Desk desk,
            BlockingDeque<Happening> happenings,
            Instant latest) {
        this.context = context;
        this.instance = instance;
        this.trigger = trigger;
        this.desk = desk;
        this.happenings = happenings;
        this.latest = latest;
        this.lookedAt = context.elapsed();
    }

    /** Tells the turn to leave the rest to another one, as soon as it waits. */
    void stop() {
        stopped = true;
        happenings.add(new Happening.Knock());
    }

    /** No event that follows is earlier than that. */
    void notBefore(Instant time) {
        latest = time.isBefore(latest) ? latest : time;
    }

    /** Whether the turn has gone on for as long as it may, or is told to leave the rest to another. */
    boolean isLate() {
        // A turn whose replay alone takes that long has to get something done all the same, or none ever would.
        return stopped || (progressed && left(context.limits().turn()).isNegative());
    }

    /** What is left of the time that a turn has for something. */
    private Duration left(Duration limit) {
        return trigger.begun().plus(limit).minus(context.elapsed());
    }

    @Override
    public Instant now() {
        notBefore(context.now());
        return latest;
    }

    @Override
    public @Nullable JournalEvent beforeStart(State state) throws TurnStopped {
        if (desk.ledger().isFull(state)) {
            // The write that begins a generation, this one or the next, removes all that was taken up to then, and has
            // an
            // end.
            desk.work().noteFresh(state);
            desk.ledger().commit(state, new Draft.Hold.Same());
        }
        return desk.intake().takeControl(now(), state.isSuspended());
    }

    @Override
    public @Nullable Instant beginsAt() {
        InstanceRow row = instance.row();
        if (desk.ledger().generation() > 0) {
            return null;
        }
        // What begins has to be claimed first, see where the timer fires.
        return row.isDelayed(context.now()) || !instance.isClaimed() ? row.startAt() : null;
    }

    @Override
    public JournalEvent.@Nullable EventRaised takeEvent(State state, String name, int asked) throws TurnStopped {
        lookIfStale(desk.intake().hasEvent(name));
        if (!desk.intake().hasEvent(name)) {
            return null;
        }
        if (desk.ledger().isFull(state)) {
            desk.work().noteFresh(state);
            desk.ledger().commit(state, new Draft.Hold.Same());
            if (isLate() && !mayBringSomething()) {
                throw TurnStopped.gaveWay();
            }
        }
        progressed = true;
        return desk.intake().takeEvent(now(), asked);
    }

    /** Forgets the events that have come in up to now and that nobody was told of. */
    void dropEvents() throws TurnStopped {
        lookIfStale(false);
        if (desk.intake().dropEvents()) {
            instance.removeDiscarded();
        }
    }

    /** What is said about all that has come in is to be true of now: the last read may be from before a wait. */
    private void lookIfStale(boolean found) throws TurnStopped {
        if (!found && stale) {
            look();
        }
    }

    @Override
    public JournalEvent next(State state) throws TurnStopped {
        boolean requested = desk.work().noteFresh(state);
        while (true) {
            endInTime();
            if (instance.isClaimed() && context.elapsed().minus(lookedAt).compareTo(lookAfter) >= 0) {
                look();
            }
            if (!requested && !desk.ledger().isFull(state)) {
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
            desk.ledger().commit(state, new Draft.Hold.Same());
            throw TurnStopped.gaveWay();
        }
        if (desk.outbox().hasUnreleased() || hasLocalWork(state)) {
            desk.ledger().commit(state, new Draft.Hold.Claim());
            deliver(state, true);
            if (!isLate()) {
                desk.work().startSome();
            }
        } else if (hasMore(state)) {
            desk.ledger().commit(state, new Draft.Hold.Same());
        } else if (!desk.intake().isWhole()) {
            desk.ledger().commit(state, new Draft.Hold.Same());
            look();
        } else if (!desk.ledger().needsRelease(state)) {
            throw TurnStopped.atRest();
        } else {
            trigger.entry().settles();
            if (desk.ledger().tryRelease(state)) {
                throw TurnStopped.atRest();
            }
        }
    }

    /** Sends what a commit holds to others; where that is much, what was sent is written down from time to time. */
    private void deliver(State state, boolean here) throws TurnStopped {
        while (!desk.work().deliver(here, this::isLate)) {
            desk.ledger().noteDelivered(state);
            progressed = true;
            if (isLate()) {
                if (here && mayBringSomething()) {
                    return;
                }
                throw TurnStopped.gaveWay();
            }
        }
    }

    /** Sends what was asked for and not waited for, before the journal that has it ends. */
    void flush(State state) throws TurnStopped {
        desk.work().noteFresh(state);
        if (desk.work().hasSomethingForOthers()) {
            desk.ledger().commit(state, new Draft.Hold.Claim());
            deliver(state, false);
        }
    }

    /** Ends the sub-orchestrations that were called and have not ended. */
    void endChildren(State state, @Nullable String reason) throws TurnStopped {
        while (!desk.work().endChildren(state, reason, this::isLate)) {
            progressed = true;
            if (isLate()) {
                throw TurnStopped.gaveWay();
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
        return stopped ? hasEnds() : desk.work().isUnderWay();
    }

    /** Whether something has ended here that was not taken in. */
    private boolean hasEnds() {
        return happenings.stream().anyMatch(told -> !(told instanceof Happening.Knock));
    }

    /** Whether this process has to do something, or to wait for something that it does. */
    private boolean hasLocalWork(State state) {
        return desk.work().isLocal() || dueWithin(state, SHORT_TIMER);
    }

    private boolean dueWithin(State state, Duration time) {
        Timers.Timer timer = state.timers().first();
        return timer != null && !timer.due().isAfter(context.now().plus(time));
    }

    private boolean hasMore(State state) {
        // A knock is no reason to stay: what has come in by then is found by the write that lets the instance go.
        return hasEnds() || desk.intake().nextAt() != null || dueWithin(state, Duration.ZERO);
    }

    /** What the orchestrator is to be told next; null if nothing is there yet. */
    private @Nullable JournalEvent ready(State state) throws TurnStopped {
        JournalEvent ready = cameIn(state);
        while (ready == null && !happenings.isEmpty()) {
            ready = told(happenings.remove());
        }
        if (ready == null && knocked && !isLate()) {
            // However many have knocked, and however many go on to: what one look brings is taken in before the next.
            look();
            ready = cameIn(state);
        }
        if (ready instanceof TimerFired fired && fired.id() == Course.BEGINNING && !instance.isClaimed()) {
            desk.ledger().commit(state, new Draft.Hold.Claim());
        }
        progressed |= ready != null;
        return ready;
    }

    /** What came from outside, or from the clock: whichever was first. */
    private @Nullable JournalEvent cameIn(State state) {
        Timers.Timer timer = state.timers().first();
        if (timer != null && timer.due().isAfter(context.now())) {
            timer = null;
        }
        Instant arrived = desk.intake().nextAt();
        if (arrived != null && (timer == null || !timer.due().isBefore(arrived))) {
            JournalEvent event = desk.intake().take(now(), state.isSuspended(), desk.outbox()::isOpen);
            if (event != null) {
                return event;
            }
        }
        return timer == null ? null : new TimerFired(timer.id(), now());
    }

    private @Nullable JournalEvent told(Happening happening) throws TurnStopped {
        if (happening instanceof Activities.Ended ended) {
            desk.activities().taken(ended);
            return result(ended);
        }
        if (happening instanceof Happening.ChildEnded child) {
            if (!desk.outbox().tryTake(child)) {
                return null;
            }
            ExecutionPayloads payloads = context.payloads(desk.ledger().key());
            if (child.failure() != null) {
                return new SubOrchestrationFailed(child.id(), payloads.saveOwn(child.failure()), now());
            }
            Payload result = child.result() == null ? null : payloads.saveOwn(child.result());
            return new SubOrchestrationCompleted(child.id(), result, now());
        }
        if (happening instanceof Happening.ChildLeft child) {
            desk.outbox().left(child);
            if (child.trouble() != null) {
                throw TurnStopped.by(child.trouble());
            }
            return null;
        }
        knocked = true;
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
            Payload details =
                    context.payloads(desk.ledger().key()).saveOwn(context.json().writeFailure(threw.failure()));
            return new TaskFailed(task.id(), details, now());
        }
        return new TaskCompleted(task.id(), ((Activities.Ended.Returned) ended).result(), now());
    }

    /** Ends what is under way before the host ends the process for it. */
    private void endInTime() throws TurnStopped {
        Duration left = left(context.limits().lastCall());
        if (desk.activities().underWay() > 0 && (left.isNegative() || left.isZero())) {
            stopped = true;
            desk.activities().endBefore(context);
        }
    }

    /** Waits until something happens, or it is time to look. */
    private void await(State state) throws TurnStopped {
        if (stopped) {
            // It was told so while it wrote, say. What has ended meanwhile is taken in; for the rest nobody waits.
            if (!hasEnds()) {
                throw TurnStopped.gaveWay();
            }
            return;
        }
        shareProcess();
        Duration limit = lookAfter;
        if (desk.activities().underWay() > 0) {
            Duration left = left(context.limits().lastCall());
            limit = left.compareTo(limit) < 0 ? left : limit;
        }
        Timers.Timer timer = state.timers().first();
        if (timer != null) {
            Duration until = Duration.between(context.now(), timer.due());
            limit = until.compareTo(limit) < 0 ? until : limit;
        }
        Happening happening = take(limit.isNegative() ? Duration.ZERO : limit);
        if (happening != null) {
            // Back to where all that has happened is looked for.
            happenings.addFirst(happening);
        } else if (limit.equals(lookAfter)) {
            look();
        }
    }

    /** Waits; meanwhile the message may be answered that the turn is for. */
    private @Nullable Happening take(Duration limit) throws TurnStopped {
        Slots.Slot slot = trigger.slot();
        if (slot == null || !instance.isClaimed()) {
            return context.take(happenings, limit);
        }
        Duration asked = slot.waits(context.elapsed());
        try {
            if (asked == null || asked.compareTo(limit) >= 0) {
                return context.take(happenings, limit);
            }
            Happening happening = context.take(happenings, asked);
            if (happening == null) {
                slot.waits(context.elapsed());
                happening = context.take(happenings, limit.minus(asked));
            }
            return happening;
        } finally {
            slot.works();
        }
    }

    /** A suspect lets others begin beside it: when it is not one any more, or when they have waited for long enough. */
    private void shareProcess() throws TurnStopped {
        BusyInstances.Entry entry = trigger.entry();
        if (entry.isSuspected()
                && instance.isClaimed()
                && Suspicion.of(instance.row().ownership()) == Suspicion.NONE) {
            entry.isCleared();
        } else if (entry.isToShare()) {
            instance.share();
            entry.shares();
        }
    }

    /** Reads what came in since the last time. */
    void look() throws TurnStopped {
        knocked = false;
        stale = false;
        Optional<Partition> state = instance.look();
        lookedAt = context.elapsed();
        if (state.isPresent() && desk.intake().read(state.get())) {
            lookAfter = FIRST_LOOK;
        } else {
            Duration longer = lookAfter.multipliedBy(2);
            lookAfter = longer.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : longer;
        }
    }
}
