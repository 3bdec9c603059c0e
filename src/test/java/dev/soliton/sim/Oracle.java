package dev.soliton.sim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.soliton.client.RewindOutcome;
import dev.soliton.client.StartOutcome;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches what is written and what runs, and says what must not be. It knows the promises, not how they are kept.
 *
 * <ul>
 *   <li>One start wins: whoever is told "started" was, and whoever is told something else never is.
 *   <li>One owner: an activity begins only for the worker that owns the instance by its row, and never beside one of the
 *       same instance whose worker is well and has not told it to stop.
 *   <li>Where nothing went wrong, nothing that came to its end is run twice.
 *   <li>A step that was committed is never run again, see also {@link Rewinds}.
 *   <li>Whoever is to end with all that it has called takes that along, see {@link Family}.
 *   <li>What nobody owns, and what is to go on, has a message in the queue.
 *   <li>Fences never go back, and journals have no gaps.
 * </ul>
 */
final class Oracle {
    private final World world;
    private final Scheduler scheduler;
    private final Set<String> instances = new TreeSet<>();
    private final Map<String, Set<String>> accepted = new HashMap<>();
    private final Set<String> restartable = new HashSet<>();
    private final QueuedRuns queuedRuns;
    private final Rewinds rewinds;
    private final Family family;
    private final Map<String, Long> fences = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> committed = new HashSet<>();
    private final Map<String, String> returned = new HashMap<>();
    private final Map<Long, Running> running = new TreeMap<>();
    private long runs;

    Oracle(World world) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.queuedRuns = new QueuedRuns(scheduler::now, world.values());
        this.rewinds = new Rewinds(scheduler::now, world.values());
        this.family = new Family(world::row);
    }

    /** The IDs of all instances that there ever were. */
    Set<String> instances() {
        return instances;
    }

    /** Instances of that ID may be started again for a start that was accepted before. */
    void mayRestart(String instanceId) {
        restartable.add(instanceId);
    }

    /** What is wrong with the runs that somebody was told of; null if nothing is. */
    @Nullable
    String troubleWithQueuedRuns() {
        return queuedRuns.missing();
    }

    Rewinds rewinds() {
        return rewinds;
    }

    Family family() {
        return family;
    }

    // What callers are told

    /** A caller was told what became of a rewind that they began to ask for then. */
    void toldRewind(String reason, RewindOutcome outcome, long askedAt) {
        check(rewinds.toldOf(reason, outcome, askedAt));
    }

    void toldStarted(String token, String executionId) {
        check(
                accepted.getOrDefault(token, Set.of()).contains(executionId),
                () -> "the start '" + token + "' was told " + executionId + ", and accepted was "
                        + accepted.get(token));
    }

    /** A caller was told what became of a start that they began to ask for then. */
    void told(String token, StartOutcome outcome, long askedAt) {
        if (outcome instanceof StartOutcome.Started started) {
            toldStarted(token, started.executionId());
        } else if (outcome instanceof StartOutcome.Queued queued) {
            check(queuedRuns.toldOf(token, queued.executionId(), askedAt));
        } else if (outcome instanceof StartOutcome.Replaced replaced) {
            check(queuedRuns.toldOf(token, replaced.executionId(), askedAt));
        } else if (!(outcome instanceof StartOutcome.UnknownOrchestrator && token.endsWith(Asker.KEY))) {
            // What was sent under a key before may still be on its way to where the orchestrator is known.
            toldRefused(token);
        }
    }

    void toldRefused(String token) {
        refused.add(token);
        check(!accepted.containsKey(token), () -> "the start '" + token + "' was refused, and accepted all the same");
    }

    // What is written

    /** A write went through. */
    void written(SimProcess writer, String instanceId, List<RowChange> changes, @Nullable InstanceRow before) {
        instances.add(instanceId);
        Partition state = world.table().load(instanceId);
        InstanceRow row = state.instance().map(Versioned::row).orElse(null);
        world.values().check(instanceId, "when it was written");
        check(queuedRuns.troubleWith(instanceId, changes, before, row));
        check(rewinds.troubleWith(changes, before, row));
        check(family.troubleWith(changes, before, row));
        if (row == null) {
            check(
                    before == null
                            || (before.status().isTerminal()
                                    && before.ownership().owner() == null
                                    && changes.stream().anyMatch(RowChange.DeleteInstance.class::isInstance)),
                    () -> "the row of " + instanceId + " is gone");
            return;
        }
        if (before == null || !before.key().executionId().equals(row.key().executionId())) {
            accepts(row, before);
        } else if (!before.commitId().equals(row.commitId())) {
            goesOn(writer, before, row);
        }
        long rows = state.journal().stream()
                .filter(written -> written.key().equals(row.key()))
                .count();
        check(
                rows == row.progress().journalRows(),
                () -> instanceId + " has " + rows + " rows of its journal, and says "
                        + row.progress().journalRows());
        for (RowChange change : changes) {
            if (change instanceof RowChange.InsertJournal insert
                    && insert.row().key().equals(row.key())) {
                commits(insert);
            }
        }
        if (row.status().isTerminal() && (before == null || !before.status().isTerminal())) {
            ends(writer, row);
        }
        checkMessage(row);
    }

    private void accepts(InstanceRow row, @Nullable InstanceRow before) {
        check(
                before == null
                        || (before.status().isTerminal()
                                && (before.ownership().owner() == null
                                        || before.queuedRun() != null
                                        || haveOneParent(before, row))),
                () -> "a living instance was replaced: " + before);
        check(
                before == null || before.ownership().fence() < row.ownership().fence(),
                () -> "the fence of " + row.key() + " is not above that of the row that it replaces: " + before);
        String token = world.values().tokenOf(row);
        if (row.parent() == null && token != null) {
            Set<String> all = accepted.computeIfAbsent(token, first -> new TreeSet<>());
            all.add(row.key().executionId());
            check(
                    all.size() == 1 || restartable.contains(row.key().instanceId()),
                    () -> "the start '" + token + "' was accepted twice");
            check(!refused.contains(token), () -> "the start '" + token + "' was refused, and is accepted now");
        }
    }

    /** A sub-orchestration that has ended may be followed by another of its parent before it was released. */
    private static boolean haveOneParent(InstanceRow before, InstanceRow row) {
        return before.parent() != null
                && row.parent() != null
                && before.parent().key().executionId().equals(row.parent().key().executionId());
    }

    private void goesOn(SimProcess writer, InstanceRow before, InstanceRow row) {
        check(
                before.status().canBecome(row.status()) || row.rewinds() > before.rewinds(),
                () -> before.status() + " became " + row.status() + ": " + row.key());
        Ownership was = before.ownership();
        Ownership is = row.ownership();
        check(is.fence() >= was.fence(), () -> "the fence of " + row.key() + " went back");
        if (is.owner() != null && !Objects.equals(is.nonce(), was.nonce())) {
            check(writer.made(is.owner()), () -> writer + " claimed for " + is.owner());
            check(is.fence() > was.fence(), () -> "a claim left the fence as it was: " + row.key());
        }
        if (was.owner() != null && !was.owner().equals(is.owner())) {
            boolean released = is.owner() == null && writer.made(was.owner());
            check(
                    released || world.workers().stateOf(was.owner()).isDead(),
                    () -> writer + " took from " + was.owner() + ", which is not dead: " + row.key());
            if (released) {
                releases(was.owner(), before, row);
            }
        } else if (was.owner() != null) {
            // Whoever cannot go on with what a dead worker owns says why.
            boolean says = world.workers().stateOf(was.owner()).isDead()
                    && was.equals(is)
                    && before.status() == row.status()
                    && before.progress().equals(row.progress());
            // Who makes sure that a rewind does not arrive late changes nothing but the ETag.
            boolean touches = before.status().isTerminal() && row.equals(before.rewritten(row.commitId()));
            check(
                    says || touches || writer.made(was.owner()),
                    () -> writer + " wrote what " + was.owner() + " owns: " + row.key());
        }
    }

    /** What an activity is given goes on over the executions of its ID, purged ones too. */
    private void checkFence(Run run) {
        Long highest = fences.put(run.instanceId(), run.fence());
        check(
                highest == null || highest <= run.fence(),
                () -> "an activity begins with an older fence than one before it, " + highest + ": " + run);
    }

    private void commits(RowChange.InsertJournal insert) {
        for (JsonNode event : World.json(insert.row().events())) {
            String type = event.get("type").asText();
            if (type.equals("TaskCompleted") || type.equals("TaskFailed")) {
                String task = insert.row().key().executionId() + ":"
                        + insert.row().key().generation() + ":"
                        + event.get("id").asInt();
                check(committed.add(task), () -> "two results of task " + task + " were committed");
                if (type.equals("TaskCompleted")) {
                    rewinds.completed(task);
                }
            }
        }
    }

    private void ends(SimProcess writer, InstanceRow row) {
        for (Running other : running.values()) {
            check(
                    !other.run().isOf(row.key())
                            || other.hasOutstayed()
                            || other.isOutOfReach()
                            || (other.run().isCancelled() && other.process() != writer),
                    () -> Running.HAS_ENDED + ": " + other);
        }
    }

    /** An owner goes whose activities have returned, or have been told to for long and do not. */
    private void releases(String owner, InstanceRow before, InstanceRow row) {
        for (Running other : running.values()) {
            if (!other.run().isOf(row.key()) || !owner.equals(other.worker())) {
                continue;
            }
            check(
                    other.isOutOfReach()
                            || (other.mayBeLeftBehind() && !before.status().isTerminal()),
                    () -> Running.IS_RELEASED + ": " + other);
            other.leaveBehind();
        }
    }

    /** A message was deleted. */
    void messageGone() {
        for (String instanceId : instances) {
            world.table().findRow(instanceId).map(Versioned::row).ifPresent(this::checkMessage);
        }
    }

    /** What nobody owns, and what is to go on, has a message in the queue. */
    private void checkMessage(InstanceRow row) {
        if (row.status().isTerminal() || row.ownership().owner() != null || isMinded(row)) {
            return;
        }
        Instant due = row.progress().nextDue();
        if (row.status() != RuntimeStatus.PENDING && due == null) {
            return;
        }
        // Clocks differ, and a process that leaves work to others says "now" by its own.
        Instant soon = scheduler.instant().plusSeconds(5);
        boolean isThere = world.queue()
                .has(message -> message.executionId().equals(row.key().executionId())
                        && (due == null || due.equals(message.due()) || !due.isAfter(soon)));
        check(isThere, () -> "nobody owns it, and no message is in the queue for it: " + Words.of(row));
    }

    /** Whether it is a sub-orchestration whose parent's owner, or whoever follows, sees to it. */
    private boolean isMinded(InstanceRow row) {
        InstanceRow parent =
                row.parent() == null ? null : world.row(row.parent().key().instanceId());
        return parent != null
                && (parent.ownership().owner() != null || parent.progress().nextDue() != null);
    }

    // What runs

    /** An activity begins; the number returned names this run of it. */
    long begins(SimProcess process, Run run, boolean stubborn, String step) {
        InstanceRow row =
                world.table().findRow(run.instanceId()).map(Versioned::row).orElse(null);
        check(!committed.contains(run.taskId()), () -> "a committed step is run again: " + run);
        // A sub-orchestration that its parent gives up goes on elsewhere, without what had just come to its end.
        boolean isGivenUp = row != null && row.parent() != null;
        check(
                isGivenUp || !world.isQuiet() || !isWell(returned.get(run.taskId())),
                () -> "run twice, though nothing went wrong: " + run);
        check(rewinds.troubleWithStep(run.taskId(), run.executionId() + " " + step));
        check(
                row != null
                        && row.ownership().owner() != null
                        && process.made(row.ownership().owner())
                        && row.ownership().fence() == run.fence()
                        && row.key().executionId().equals(run.executionId()),
                () -> "an activity begins whose worker does not own the instance: " + run + " in " + process + ", row "
                        + (row == null ? "none" : Words.of(row)));
        checkFence(run);
        for (Running other : running.values()) {
            if (!other.run().instanceId().equals(run.instanceId())) {
                continue;
            }
            boolean sameTurn = other.process() == process
                    && other.run().executionId().equals(run.executionId())
                    && other.run().fence() == run.fence();
            if (sameTurn) {
                check(!other.run().taskId().equals(run.taskId()), () -> "a step runs twice at once: " + run);
            } else {
                // A worker that has lost its lease can only ask its activities to stop.
                boolean isLost = other.worker() == null
                        || world.workers().stateOf(other.worker()).isDead();
                check(
                        other.isOutOfReach()
                                || (other.run().isCancelled()
                                        && other.process() != process
                                        && (other.isLeftBehind() || isLost)),
                        () -> "two activities of different owners at once: " + other + " and " + run + " in "
                                + process);
            }
        }
        running.put(
                ++runs,
                new Running(
                        scheduler,
                        process,
                        run,
                        stubborn,
                        row == null ? null : row.ownership().owner()));
        return runs;
    }

    /** Whether a worker had all the time that it needs to keep its lease; no where there is none. */
    private boolean isWell(@Nullable String worker) {
        return worker != null && !world.renewals().werePassedOver(worker);
    }

    /** An activity has returned. */
    void returned(long number) {
        Running done = running.remove(number);
        if (done != null && !done.run().isCancelled()) {
            returned.put(done.run().taskId(), String.valueOf(done.worker()));
        }
    }

    void crashed(SimProcess process) {
        running.values().removeIf(activity -> activity.process() == process);
    }

    private void check(@Nullable String trouble) {
        check(trouble == null, () -> String.valueOf(trouble));
    }

    private void check(boolean holds, Supplier<String> what) {
        if (!holds) {
            scheduler.fail(what.get(), null);
        }
    }
}
