package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.ExecutionStarted;
import dev.soliton.instance.Arrival;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Gate;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WriteOutcome;
import dev.soliton.orchestration.FailureDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The work on one delivery of a message: look at the instance, decide, and run a turn of it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A message is only finished when what it stands for is done, is somebody else's, or can never come. Until then
 *       either the message itself or a copy of it is in the queue, and the copy knows what the message knew: see
 *       {@link Succession}.
 *   <li>The first turn of an execution runs after a claim, and so does whatever a turn carries out: a conditional write
 *       of the instance row that makes this worker its owner.
 *   <li>In one process an instance has one turn at a time, and none beside an activity that outlived an earlier one.
 * </ul>
 *
 * <p>Crash points: before the first write, nothing was changed. After a claim, the message is delivered again, and whoever
 * gets it claims over the owner that did not come to its end; fence and ETag keep that one from writing, should it still
 * live. Without a claim there is nothing between the state before and the state after.
 */
final class Errand {
    /** How often a message is looked at before it is left to a later delivery. */
    private static final int LOOKS = 5;

    /** A starter needs this long between message and row, as a rule; a look costs less than a message put back. */
    private static final Duration SHORT_PAUSE = Duration.ofMillis(50);

    /** How long a message waits at a time for the end of a turn that this process runs of its instance. */
    private static final Duration TURN_PAUSE = Duration.ofSeconds(1);

    private final EngineContext context;
    private final Crew crew;
    private final BusyInstances busy;
    private final WorkMessage message;
    private final Delivery delivery;
    private final InstanceLog log;
    private final Succession succession;
    private final ExecutionKey key;
    private final Instant begun;
    private final long came;

    Errand(
            EngineContext context,
            Crew crew,
            BusyInstances busy,
            WorkMessage message,
            Delivery delivery,
            InstanceLog log) {
        this.context = context;
        this.crew = crew;
        this.busy = busy;
        this.message = message;
        this.delivery = delivery;
        this.log = log;
        this.succession = new Succession(message, delivery);
        this.key = new ExecutionKey(message.instanceId(), message.executionId(), 0);
        this.begun = context.now();
        this.came = busy.tick();
    }

    /**
     * Does the work.
     *
     * @throws StorageException if the storage failed before a turn
     * @throws TurnStopped if a turn could not go on
     */
    TurnOutcome run() throws TurnStopped {
        if (isDoneByAnother()) {
            return TurnOutcome.DROPPED;
        }
        String why = "it was overtaken again and again";
        for (int look = 0; look < LOOKS; look++) {
            Partition state = context.storage().instances().load(message.instanceId());
            Decision decision = Decision.of(message, succession, state, context.worker(), context.now());
            if (decision instanceof Decision.Drop drop) {
                log.info("dropped", key, "why", drop.why());
                return TurnOutcome.DROPPED;
            }
            if (decision instanceof Decision.SendOn on) {
                return sendOn(on.due());
            }
            if (decision instanceof Decision.Run run) {
                Optional<TurnOutcome> outcome = tryTurn(run, state);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            } else if (decision instanceof Decision.Report report) {
                if (tryReport(report.instance())) {
                    return TurnOutcome.ENDED;
                }
            } else if (decision instanceof Decision.Bury) {
                if (bury()) {
                    log.info("buried", key, "why", "its start did not come");
                    return TurnOutcome.DROPPED;
                }
            } else if (decision instanceof Decision.PutBack putBack) {
                why = putBack.why();
                if (message.attempt() > 0 || look >= 2) {
                    break;
                }
            }
            context.pause(SHORT_PAUSE.multipliedBy(look + 1L));
        }
        return putBack(why);
    }

    /**
     * Waits for a turn of this process that is about to let the instance go, and asks whether it took in what this message
     * is about. That spares a read for each but the first of many messages that come at once.
     */
    private boolean isDoneByAnother() throws TurnStopped {
        if (message.reason() != WorkMessage.Reason.WAKE || succession.mayHaveClaimed()) {
            return false;
        }
        Optional<BusyInstances.Entry> entry = busy.find(message.instanceId());
        if (entry.isEmpty()) {
            return false;
        }
        entry.get().knock();
        if (entry.get().isClaimed()) {
            return false;
        }
        awaitTurn(entry.get());
        return entry.get().tookIn(came);
    }

    /** Puts a copy of the message, to be looked at later. */
    TurnOutcome putBack(String why) {
        Duration delay = PutBacks.delay(message);
        context.storage().queue().put(message.again(succession.inheritance()), delay);
        log.info("put back", key, "why", why, "seconds", delay.toSeconds());
        return TurnOutcome.PUT_BACK;
    }

    /** Puts a copy of the message, for the rest of the work at once. */
    TurnOutcome giveWay() {
        context.storage().queue().put(message.again(succession.inheritance()), Duration.ZERO);
        log.info("gave way", key, "minutes", Turn.LIMIT.toMinutes());
        return TurnOutcome.GAVE_WAY;
    }

    private TurnOutcome sendOn(Instant due) {
        Duration delay = Ledger.delay(due, context.now());
        context.storage().queue().put(WorkMessage.timer(key.instanceId(), key.executionId(), due, null), delay);
        log.info("sent on", key, "due", due, "seconds", delay.toSeconds());
        return TurnOutcome.PUT_BACK;
    }

    /** Runs a turn; empty if the instance is to be looked at again. */
    private Optional<TurnOutcome> tryTurn(Decision.Run run, Partition state) throws TurnStopped {
        InstanceRow row = run.instance().row();
        if (!crew.registry().hasOrchestrator(row.name()) && !isTerminated(row, state)) {
            return Optional.of(leaveWaiting(run.instance()));
        }
        // Only a turn needs the instance for itself. Messages of starts that lost, of which a popular ID can have many,
        // must not keep the one that won from being looked at.
        Optional<BusyInstances.Entry> entered = busy.tryEnter(message.instanceId(), delivery.messageId());
        if (entered.isEmpty()) {
            return meet(row);
        }
        BusyInstances.Entry entry = entered.get();
        OpenInstance instance =
                new OpenInstance(context, succession, run.instance(), run.gateEtag(), leftovers(row, state));
        Turn turn = null;
        boolean well = false;
        try {
            FailureDetails unreadable = null;
            List<JournalEvent> journal = List.of();
            try {
                journal = journal(row, state);
            } catch (UnreadableJournalException e) {
                unreadable = FailureDetails.of(e);
            }
            boolean first = journal.stream().noneMatch(ExecutionStarted.class::isInstance);
            if ((run.claimFirst() || first) && !claim(instance)) {
                return Optional.empty();
            }
            turn = new Turn(context, crew, instance, new Turn.Trigger(delivery, message.due(), entry, begun), log);
            if (unreadable == null) {
                turn.run(journal, state);
            } else {
                turn.fail(unreadable);
            }
            well = true;
            if (instance.isClaimed()) {
                ChildEnd.deliver(context, instance);
            }
            instance.clearAway();
            return Optional.of(TurnOutcome.ENDED);
        } catch (TurnStopped stopped) {
            well = stopped.why() == TurnStopped.Why.AT_REST;
            return stopped(stopped, turn, instance);
        } finally {
            entry.turnIsOver(well);
            if (turn == null) {
                entry.leave();
            } else {
                turn.close(entry::leave);
            }
        }
    }

    private Optional<TurnOutcome> stopped(TurnStopped stopped, @Nullable Turn turn, OpenInstance instance)
            throws TurnStopped {
        if (stopped.why() == TurnStopped.Why.AT_REST) {
            log.info("at rest", key);
            return Optional.of(TurnOutcome.AT_REST);
        }
        if (stopped.why() == TurnStopped.Why.OWNERSHIP_LOST && !instance.isClaimed()) {
            // Somebody else wrote first. What this message is about may be left to do.
            return Optional.empty();
        }
        if (turn != null) {
            turn.releaseChildren();
        }
        if (stopped.why() == TurnStopped.Why.OWNERSHIP_LOST) {
            log.info("ownership lost", key);
        } else if (turn != null) {
            turn.sayFarewell();
        }
        throw stopped;
    }

    /** This process has a turn of the instance already. */
    private Optional<TurnOutcome> meet(InstanceRow row) throws TurnStopped {
        Optional<BusyInstances.Entry> found = busy.find(message.instanceId());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        BusyInstances.Entry entry = found.get();
        if (entry.isFor(delivery.messageId())) {
            // The queue took this message from the turn that works on it. Should this process die now, the message has
            // to be there: it is held until the turn is over.
            while (!entry.turnIsOver()) {
                context.pause(TURN_PAUSE);
            }
            return Optional.empty();
        }
        if (entry.turnIsOver()) {
            return Optional.of(putBack("an activity of an earlier turn still runs here"));
        }
        entry.knock();
        if (context.worker().equals(row.ownership().owner())) {
            // The turn that runs here owns the instance, and cannot let it go without having seen what came in. Only a
            // message that may be the guard of that ownership has to stay.
            if (succession.mayTakeOver(row.ownership())) {
                return Optional.of(putBack("a turn of it is under way here"));
            }
            log.info("dropped", key, "why", "a turn of it is under way here");
            return Optional.of(TurnOutcome.DROPPED);
        }
        awaitTurn(entry);
        return Optional.empty();
    }

    private void awaitTurn(BusyInstances.Entry entry) throws TurnStopped {
        Boolean over = context.take(entry.over(), TURN_PAUSE);
        if (over != null) {
            entry.over().add(over);
        }
    }

    private static boolean isTerminated(InstanceRow row, Partition state) {
        return state.inbox(row.key().executionId()).stream()
                .anyMatch(arrival -> arrival.row().item() instanceof InboxItem.Terminate);
    }

    private List<JournalEvent> journal(InstanceRow row, Partition state) {
        List<JournalEvent> journal = new ArrayList<>();
        for (JournalRow written : state.journal()) {
            if (written.key().equals(row.key())) {
                journal.addAll(context.json().readEvents(written.events()));
            }
        }
        return journal;
    }

    /** What earlier generations and executions have left, or a turn that died while it wrote the next generation. */
    private static List<RowChange> leftovers(InstanceRow row, Partition state) {
        List<RowChange> leftovers = new ArrayList<>();
        for (JournalRow written : state.journal()) {
            if (!written.key().equals(row.key())) {
                leftovers.add(new RowChange.DeleteJournal(written.key(), written.number()));
            }
        }
        for (Arrival arrival : state.inbox()) {
            if (!arrival.row().executionId().equals(row.key().executionId())) {
                leftovers.add(new RowChange.DeleteInbox(
                        arrival.row().executionId(), arrival.row().key()));
            }
        }
        return leftovers;
    }

    private boolean claim(OpenInstance instance) {
        if (!instance.tryClaim()) {
            return false;
        }
        InstanceRow row = instance.row();
        log.info("claimed", row.key(), "fence", row.ownership().fence(), "worker", context.worker());
        return true;
    }

    /** Delivers the end of an execution whose owner did not; no if it is to be looked at again. */
    private boolean tryReport(Versioned<InstanceRow> ended) throws TurnStopped {
        OpenInstance instance = new OpenInstance(context, succession, ended, null, List.of());
        try {
            ChildEnd.deliver(context, instance);
            return true;
        } catch (TurnStopped stopped) {
            if (stopped.why() == TurnStopped.Why.OWNERSHIP_LOST) {
                return false;
            }
            throw stopped;
        }
    }

    /** Puts a tombstone where the gate would be; no if there is a gate or a tombstone already. */
    private boolean bury() {
        RowChange tombstone = new RowChange.InsertGate(new Gate(message.executionId(), true));
        return context.storage().instances().write(message.instanceId(), List.of(tombstone))
                instanceof WriteOutcome.Written;
    }

    /** A deployment took the orchestrator away: the instance says so, and goes on when it is back. */
    private TurnOutcome leaveWaiting(Versioned<InstanceRow> instance) {
        InstanceRow row = instance.row();
        String reason = "No orchestrator '" + row.name() + "' is registered in this version of the app.";
        if (!Objects.equals(row.values().reason(), reason)) {
            // Losing this race changes nothing: whoever won it knows better why the instance waits.
            context.storage()
                    .instances()
                    .write(
                            row.key().instanceId(),
                            List.of(new RowChange.ReplaceInstance(
                                    row.changed(
                                            row.status(),
                                            row.ownership(),
                                            row.values().withReason(reason),
                                            context.now(),
                                            context.newId()),
                                    instance.etag())));
        }
        return putBack(reason);
    }
}
