package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Gate;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WriteOutcome;
import dev.soliton.orchestration.FailureDetails;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The work on one delivery of a message: look at the instance, decide, claim it and run a turn of it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A message is only finished when what it stands for is done, is somebody else's, or can never come. Until then
 *       either the message itself or a copy of it is in the queue, and the copy knows what the message knew: see
 *       {@link Succession}.
 *   <li>A turn runs only after a claim: a conditional write of the instance row that makes this worker its owner.
 *   <li>In one process an instance has one turn at a time, and none beside an activity that outlived an earlier one.
 * </ul>
 *
 * <p>Crash points: before the claim, nothing was changed. After it, the message is delivered again, and whoever gets it
 * claims over the owner that did not come to its end; fence and ETag keep that one from writing, should it still live.
 */
final class Errand {
    /** How often a message is looked at before it is left to a later delivery. */
    private static final int LOOKS = 5;

    /** A starter needs this long between message and row, as a rule; a look costs less than a message put back. */
    private static final Duration SHORT_PAUSE = Duration.ofMillis(50);

    /** How long a message waits at a time for the turn that this process runs for an earlier delivery of it. */
    private static final Duration TURN_PAUSE = Duration.ofSeconds(1);

    private final EngineContext context;
    private final Crew crew;
    private final BusyInstances busy;
    private final WorkMessage message;
    private final Delivery delivery;
    private final InstanceLog log;
    private final Succession succession;
    private final ExecutionKey key;

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
    }

    /**
     * Does the work.
     *
     * @throws StorageException if the storage failed before a turn
     * @throws TurnStopped if a turn could not go on
     */
    TurnOutcome run() throws TurnStopped {
        String why = "it was overtaken again and again";
        for (int look = 0; look < LOOKS; look++) {
            Partition state = context.storage().instances().load(message.instanceId());
            Decision decision = Decision.of(message, succession, state, context.worker());
            if (decision instanceof Decision.Drop drop) {
                log.info("dropped", key, "why", drop.why());
                return TurnOutcome.DROPPED;
            }
            if (decision instanceof Decision.Claim claim) {
                Optional<TurnOutcome> outcome = tryTurn(claim, state.journal());
                if (outcome.isPresent()) {
                    return outcome.get();
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

    /** Runs a turn; empty if the instance is to be looked at again. */
    private Optional<TurnOutcome> tryTurn(Decision.Claim claim, List<JournalRow> journal) throws TurnStopped {
        if (!crew.registry().hasOrchestrator(claim.instance().row().name())) {
            return Optional.of(leaveWaiting(claim.instance()));
        }
        // Only a turn needs the instance for itself. Messages of starts that lost, of which a popular ID can have many,
        // must not keep the one that won from being looked at.
        Optional<BusyInstances.Entry> entered = busy.tryEnter(message.instanceId(), delivery.messageId());
        if (entered.isEmpty()) {
            if (!busy.isBusyWith(message.instanceId(), delivery.messageId())) {
                return Optional.of(putBack("a turn of it is under way here"));
            }
            // The queue took this message from the turn that works on it. Should this process die now, the message has
            // to be there: it is held until the turn is over.
            while (busy.isBusyWith(message.instanceId(), delivery.messageId())) {
                context.pause(TURN_PAUSE);
            }
            return Optional.empty();
        }
        Activities activities = new Activities(crew);
        try {
            Optional<ClaimedInstance> claimed = claim(claim);
            if (claimed.isEmpty()) {
                return Optional.empty();
            }
            runTurn(claimed.get(), activities, journal);
            return Optional.of(TurnOutcome.ENDED);
        } catch (TurnStopped stopped) {
            if (stopped.why() == TurnStopped.Why.OWNERSHIP_LOST) {
                log.info("ownership lost", key);
            } else {
                // Whoever takes over is not to meet activities of this turn, as far as they return when told to.
                activities.sayFarewell(context);
            }
            throw stopped;
        } finally {
            activities.cancel();
            entered.get().turnIsOver();
            activities.afterAll(entered.get()::leave);
        }
    }

    private void runTurn(ClaimedInstance instance, Activities activities, List<JournalRow> rows) throws TurnStopped {
        InstanceRow row = instance.row();
        log.info("claimed", row.key(), "fence", row.ownership().fence(), "worker", context.worker());
        Turn turn = new Turn(context, instance, activities, log);
        List<JournalEvent> journal = new ArrayList<>();
        try {
            for (JournalRow written : rows) {
                if (written.key().equals(row.key())) {
                    journal.addAll(context.json().readEvents(written.events()));
                }
            }
        } catch (UnreadableJournalException unreadable) {
            turn.fail(new ArrayList<>(), FailureDetails.of(unreadable));
            return;
        }
        // The factory is the author's code, and fails as such.
        turn.run(
                orchestration -> crew.registry()
                        .newOrchestrator(row.name())
                        .orElseThrow()
                        .run(orchestration),
                journal);
    }

    /** Makes this worker the owner; empty if the state has changed since it was read. */
    private Optional<ClaimedInstance> claim(Decision.Claim claim) {
        InstanceRow seen = claim.instance().row();
        InstanceRow mine = seen.changed(
                RuntimeStatus.RUNNING,
                seen.ownership().claimedBy(context.worker(), context.newId(), delivery.name()),
                seen.values().withReason(null),
                context.now(),
                context.newId());
        RowChange replace = new RowChange.ReplaceInstance(mine, claim.instance().etag());
        succession.claimIsAttempted();
        try {
            WriteOutcome outcome =
                    context.storage().instances().write(seen.key().instanceId(), List.of(replace));
            if (outcome instanceof WriteOutcome.Written written) {
                succession.claimSucceeded();
                return Optional.of(
                        new ClaimedInstance(context, new Versioned<>(mine, written.instanceEtag()), claim.gateEtag()));
            }
        } catch (StorageException unanswered) {
            // It may have been written all the same: the row tells.
            log.warning("claim unanswered", key, "failure", unanswered);
        }
        Optional<ClaimedInstance> claimed = context.storage()
                .instances()
                .find(seen.key().instanceId())
                .filter(found -> found.row().commitId().equals(mine.commitId()))
                .map(found -> new ClaimedInstance(context, new Versioned<>(mine, found.etag()), claim.gateEtag()));
        claimed.ifPresent(mineNow -> succession.claimSucceeded());
        return claimed;
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
