package dev.soliton.engine;

import dev.soliton.engine.ChildStart.Outcome;
import dev.soliton.engine.Happening.ChildEnded;
import dev.soliton.engine.Happening.ChildLeft;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.orchestration.FailureDetails;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first turn of a sub-orchestration in the process of its parent, on a thread of its own.
 *
 * <p>The child is claimed by its first write, through the delivery that the parent was claimed through. While it runs,
 * its guard is the parent's message: whoever takes the parent over starts it again, finds it started, and sends a message
 * that may take it over as well. Whatever ends the run earlier than the child either leaves nobody to guard, or puts a
 * message that takes the parent's place as its guard.
 */
final class ChildRun implements Runnable {
    private final EngineContext context;
    private final Crew crew;
    private final ChildStart start;
    private final Turn.Trigger parentTrigger;
    private final Delivery delivery;
    private final BusyInstances.Entry entry;
    private final Consumer<Happening> teller;
    private final InstanceLog log;
    private @Nullable Turn turn;
    private boolean stopped;

    ChildRun(
            EngineContext context,
            Crew crew,
            ChildStart start,
            Turn.Trigger parentTrigger,
            BusyInstances.Entry entry,
            Consumer<Happening> teller,
            InstanceLog log) {
        this.context = context;
        this.crew = crew;
        this.start = start;
        this.parentTrigger = parentTrigger;
        this.delivery = parentTrigger.delivery();
        this.entry = entry;
        this.teller = teller;
        this.log = log;
    }

    ExecutionKey key() {
        return start.key();
    }

    /** Tells the child to give way: its parent's turn does not wait for it any more. */
    synchronized void stop() {
        stopped = true;
        if (turn != null) {
            turn.stop();
        }
    }

    @Override
    public void run() {
        Happening end = new ChildLeft(id(), new StorageException("A sub-orchestration was left.", null));
        try {
            end = started();
        } catch (StorageException trouble) {
            end = new ChildLeft(id(), trouble);
        } catch (Throwable bug) {
            end = new ChildLeft(id(), new StorageException("A sub-orchestration could not be run: " + bug, bug));
        } finally {
            entry.turnIsOver(false);
            if (turn == null) {
                entry.leave();
            } else {
                turn.close(entry::leave);
            }
            Thread.interrupted();
            teller.accept(end);
        }
    }

    private int id() {
        return start.request().id();
    }

    private Happening started() {
        Outcome outcome =
                start.start(context, nobody -> nobody.claimedBy(context.worker(), context.newId(), delivery.name()));
        if (outcome instanceof Outcome.Refused refused) {
            return new ChildEnded(id(), null, refusal(context, start, refused.holder()), () -> {});
        }
        Outcome.Accepted accepted = (Outcome.Accepted) outcome;
        InstanceRow row = accepted.row();
        Versioned<InstanceRow> instance =
                new Versioned<>(row, accepted.written().instanceEtag());
        String gate = accepted.written().gateEtag();
        if (instance.etag().isEmpty()) {
            Partition seen = context.storage().instances().look(row.key().instanceId());
            Versioned<InstanceRow> found = seen.instance().orElse(null);
            if (found == null || !found.row().commitId().equals(row.commitId())) {
                // An earlier owner of the parent started it, and it has gone on since.
                return left();
            }
            instance = found;
            gate = seen.gate(row.key().executionId()).map(Versioned::etag).orElse("");
        }
        Succession succession = Succession.of(delivery);
        OpenInstance open = new OpenInstance(context, succession, instance, gate, List.of());
        return ran(open);
    }

    private Happening ran(OpenInstance open) {
        try {
            Turn mine = begin(open);
            mine.run(List.of(), Partition.EMPTY);
            ChildEnd end = ChildEnd.of(context, open.row());
            return new ChildEnded(id(), end.result(), end.failure(), () -> letGo(open));
        } catch (TurnStopped why) {
            releaseChildren();
            return switch (why.why()) {
                case AT_REST, OWNERSHIP_LOST -> new ChildLeft(id(), null);
                case GAVE_WAY -> left();
                case TROUBLE -> {
                    log.warning("sub-orchestration left", key(), "failure", why.trouble());
                    yield left();
                }
            };
        }
    }

    /** Those that this one runs here are guarded by the same message. */
    private void releaseChildren() {
        Turn mine = turn;
        if (mine != null) {
            try {
                mine.releaseChildren();
            } catch (TurnStopped unguarded) {
                throw new StorageException("Sub-orchestrations could not be left to others.", unguarded);
            }
        }
    }

    private synchronized Turn begin(OpenInstance open) throws TurnStopped {
        if (stopped) {
            throw TurnStopped.gaveWay();
        }
        turn = new Turn(context, crew, open, parentTrigger.within(entry), log);
        return turn;
    }

    /** A message of its own guards the child from now on. */
    private Happening left() {
        ExecutionKey key = key();
        context.wake(key.instanceId(), key.executionId(), Set.of(delivery.name()));
        return new ChildLeft(id(), null);
    }

    private void letGo(OpenInstance open) {
        try {
            open.letGo();
        } catch (TurnStopped unanswered) {
            // A message lets it go, where it is still held.
            left();
        }
    }

    /** The failure of a task whose instance ID is in use. */
    static String refusal(EngineContext context, ChildStart start, RuntimeStatus holder) {
        return context.json()
                .writeFailure(FailureDetails.of(
                        new InstanceExistsException(start.request().instanceId(), holder.displayName())));
    }
}
