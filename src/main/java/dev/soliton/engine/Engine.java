package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Gate;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.Waits;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WriteOutcome;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.SolitonException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * Turns messages into turns: looks at the instance, decides, claims it and runs it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A message is only finished when what it stands for is done, is somebody else's, or can never come. Until then
 *       either the message itself or a copy of it is in the queue.
 *   <li>A turn runs only after a claim: a conditional write of the instance row that makes this worker its owner.
 *   <li>In one process, an instance has one turn at a time.
 * </ul>
 *
 * <p>Crash points: before the claim, nothing was changed. After it, the message is delivered again, and whoever gets it
 * claims over the owner that did not come to its end; fence and ETag keep that one from writing, should it still live.
 */
public final class Engine {
    /** How often a message is looked at before it is left to a later delivery. */
    private static final int LOOKS = 5;

    /** A starter needs this long between message and row, as a rule; a look costs less than a message put back. */
    private static final Duration SHORT_PAUSE = Duration.ofMillis(50);

    private final EngineContext context;
    private final Registry registry;
    private final ExecutorService threads;
    private final BusyInstances busy = new BusyInstances();

    /**
     * An engine for one process.
     *
     * @param threads runs the activities
     * @param ids a fresh unique ID at each call; the first names this worker
     */
    public Engine(
            Storage storage,
            Registry registry,
            ExecutorService threads,
            InstantSource clock,
            Supplier<String> ids,
            Waits waits) {
        this.context = new EngineContext(ids.get(), storage, new EngineJson(), clock, ids, waits);
        this.registry = registry;
        this.threads = threads;
    }

    /**
     * Does what a message asks for.
     *
     * @param deliveries how often the message was delivered, this time included
     * @throws SolitonException if it could not be done; the message is to be delivered again
     */
    public TurnOutcome process(WorkMessage message, long deliveries, InstanceLog log) {
        ExecutionKey key = new ExecutionKey(message.instanceId(), message.executionId(), 0);
        try {
            return lookUntilDecided(message, deliveries, log, key);
        } catch (TurnStopped stopped) {
            if (stopped.trouble() != null) {
                throw stopped.trouble();
            }
            log.info("ownership lost", key);
            return TurnOutcome.OWNERSHIP_LOST;
        }
    }

    private TurnOutcome lookUntilDecided(WorkMessage message, long deliveries, InstanceLog log, ExecutionKey key)
            throws TurnStopped {
        String why = "it was overtaken again and again";
        for (int look = 0; look < LOOKS; look++) {
            Partition state = context.storage().instances().load(message.instanceId());
            Decision decision = Decision.of(message, deliveries > 1, state, context.worker());
            if (decision instanceof Decision.Drop drop) {
                log.info("dropped", key, "why", drop.why());
                return TurnOutcome.DROPPED;
            }
            if (decision instanceof Decision.Claim claim) {
                String name = claim.instance().row().name();
                Optional<Orchestrator> orchestrator = registry.newOrchestrator(name);
                if (orchestrator.isEmpty()) {
                    return leaveWaiting(message, claim.instance(), log);
                }
                // Only a turn needs the instance for itself. Messages of starts that lost, of which a popular ID can
                // have many, must not keep the one that won from being looked at.
                Optional<BusyInstances.Entry> entered = busy.tryEnter(message.instanceId());
                if (entered.isEmpty()) {
                    return putBack(message, "a turn of it is under way here", log, key);
                }
                try {
                    Optional<ClaimedInstance> claimed = claim(claim);
                    if (claimed.isPresent()) {
                        return run(claimed.get(), orchestrator.get(), state.journal(), log);
                    }
                } finally {
                    entered.get().leave();
                }
            } else if (decision instanceof Decision.Bury) {
                if (bury(message)) {
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
        return putBack(message, why, log, key);
    }

    private TurnOutcome run(ClaimedInstance instance, Orchestrator orchestrator, List<JournalRow> rows, InstanceLog log)
            throws TurnStopped {
        ExecutionKey key = instance.row().key();
        log.info("claimed", key, "fence", instance.row().ownership().fence(), "worker", context.worker());
        List<JournalEvent> journal = new ArrayList<>();
        for (JournalRow row : rows) {
            if (row.key().equals(key)) {
                journal.addAll(context.json().readEvents(row.events()));
            }
        }
        new Turn(context, instance, new Activities(registry, threads), log).run(orchestrator, journal);
        return TurnOutcome.ENDED;
    }

    /** Makes this worker the owner; empty if the state has changed since it was read. */
    private Optional<ClaimedInstance> claim(Decision.Claim claim) {
        InstanceRow seen = claim.instance().row();
        InstanceRow mine = seen.changed(
                RuntimeStatus.RUNNING,
                seen.ownership().claimedBy(context.worker(), context.newId()),
                seen.values().withReason(null),
                context.now(),
                context.newId());
        RowChange replace = new RowChange.ReplaceInstance(mine, claim.instance().etag());
        try {
            WriteOutcome outcome =
                    context.storage().instances().write(seen.key().instanceId(), List.of(replace));
            if (outcome instanceof WriteOutcome.Written written) {
                return Optional.of(
                        new ClaimedInstance(context, new Versioned<>(mine, written.instanceEtag()), claim.gateEtag()));
            }
        } catch (StorageException unanswered) {
            // It may have been written all the same: the row tells.
        }
        return context.storage()
                .instances()
                .find(seen.key().instanceId())
                .filter(found -> found.row().commitId().equals(mine.commitId()))
                .map(found -> new ClaimedInstance(context, new Versioned<>(mine, found.etag()), claim.gateEtag()));
    }

    /** Puts a tombstone where the gate would be; no if there is a gate or a tombstone already. */
    private boolean bury(WorkMessage message) {
        RowChange tombstone = new RowChange.InsertGate(new Gate(message.executionId(), true));
        return context.storage().instances().write(message.instanceId(), List.of(tombstone))
                instanceof WriteOutcome.Written;
    }

    /** A deployment took the orchestrator away: the instance says so, and goes on when it is back. */
    private TurnOutcome leaveWaiting(WorkMessage message, Versioned<InstanceRow> instance, InstanceLog log) {
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
        return putBack(message, reason, log, row.key());
    }

    private TurnOutcome putBack(WorkMessage message, String why, InstanceLog log, ExecutionKey key) {
        Duration delay = PutBacks.delay(message);
        context.storage().queue().put(message.again(), delay);
        log.info("put back", key, "why", why, "seconds", delay.toSeconds());
        return TurnOutcome.PUT_BACK;
    }
}
