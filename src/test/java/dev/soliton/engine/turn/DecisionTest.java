package dev.soliton.engine.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The whole table of what is done about a message in which state. */
final class DecisionTest {
    private static final Versioned<Gate> MINE = new Versioned<>(new Gate("mine", false), "gate-etag");
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final List<Versioned<Gate>> gates = new ArrayList<>();
    private final List<InboxEntry> inbox = new ArrayList<>();
    private @Nullable Versioned<InstanceRow> row;

    private Decision decide(WorkMessage message) {
        return decide(message, null);
    }

    private Decision decide(WorkMessage message, @Nullable WorkerState ownerState) {
        Partition state = new Partition(gates, inbox, true, Optional.ofNullable(row), List.of());
        return Decision.of(message, state, "me", ownerState, NOW);
    }

    private void row(String executionId, RuntimeStatus status, @Nullable String owner) {
        InstanceRow pending = InstanceRow.pending(new ExecutionKey("id", executionId, 0), "Job", null, null, NOW, "c");
        Ownership ownership = new Ownership(owner, owner == null ? null : "nonce", 7, 0);
        InstanceRow running = pending.changed(RuntimeStatus.RUNNING, ownership, pending.values(), NOW, "c");
        row = new Versioned<>(
                status == RuntimeStatus.PENDING
                        ? pending
                        : running.changed(status, ownership, pending.values(), NOW, "c"),
                "etag");
        if (!status.isTerminal()) {
            gate(executionId, false);
        }
    }

    private void nextDue(Instant due) {
        Versioned<InstanceRow> present = Objects.requireNonNull(row);
        row = new Versioned<>(present.row().at(0, new InstanceRow.Progress(1, 0, due, null)), present.etag());
    }

    private void arrive(String executionId) {
        inbox.add(new InboxEntry(new InboxRow(executionId, "k", 1, new InboxItem.Resume(null)), NOW));
    }

    private Decision run(boolean claimFirst) {
        return new Decision.Run(Objects.requireNonNull(row), MINE, claimFirst, false);
    }

    private void gate(String executionId, boolean tombstone) {
        gates.add(new Versioned<>(new Gate(executionId, tombstone), "gate-etag"));
    }

    private static WorkMessage start(Base base) {
        return WorkMessage.start("id", "mine", base);
    }

    private static WorkMessage overdue(Base base) {
        WorkMessage message = start(base);
        for (int i = 0; i < 6; i++) {
            message = message.again();
        }
        return message;
    }

    @Test
    void pendingExecutionIsClaimed() {
        row("mine", RuntimeStatus.PENDING, null);
        assertThat(decide(start(Base.NO_ROW)))
                .isInstanceOfSatisfying(
                        Decision.Run.class, claim -> assertThat(claim.gate()).isEqualTo(MINE));
    }

    @Test
    void idleExecutionWithoutWorkIsNotRun() {
        row("mine", RuntimeStatus.RUNNING, null);
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Drop.class);
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void idleExecutionIsRunWithoutAClaimWhenAnItemArrived() {
        row("mine", RuntimeStatus.RUNNING, null);
        arrive("mine");
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isEqualTo(run(false));
    }

    @Test
    void itemOfAnotherExecutionIsNoReasonToRunThisOne() {
        row("mine", RuntimeStatus.RUNNING, null);
        arrive("earlier");
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void executionThatIsAboutToBeHandedOffIsWaitedFor() {
        row("mine", RuntimeStatus.RUNNING, "other");
        WorkMessage handedOn = WorkMessage.wake("id", "mine", new Base("etag"));
        assertThat(decide(handedOn, WorkerState.LIVE)).isInstanceOf(Decision.Requeue.class);
        assertThat(decide(handedOn, WorkerState.EXPIRED)).isInstanceOf(Decision.Requeue.class);
    }

    @Test
    void dueTimerIsFiredByWhateverMessageComes() {
        row("mine", RuntimeStatus.RUNNING, null);
        nextDue(NOW);
        assertThat(decide(WorkMessage.timer("id", "mine", NOW, new Base("older"))))
                .isEqualTo(run(false));
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isEqualTo(run(false));
    }

    @Test
    void messageOfATimerThatIsNotDueIsRedelayed() {
        row("mine", RuntimeStatus.RUNNING, null);
        nextDue(NOW.plusSeconds(1));
        assertThat(decide(WorkMessage.timer("id", "mine", NOW.plusSeconds(1), new Base("older"))))
                .isEqualTo(new Decision.Redelay(NOW.plusSeconds(1)));
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void messageOfATimerThatNobodyWaitsForIsDropped() {
        row("mine", RuntimeStatus.RUNNING, null);
        nextDue(NOW.plusSeconds(5));
        assertThat(decide(WorkMessage.timer("id", "mine", NOW, new Base("older"))))
                .isInstanceOf(Decision.Drop.class);
    }

    @Test
    void messageOfATimerThatIsNotWrittenYetWaitsForIt() {
        row("mine", RuntimeStatus.RUNNING, null);
        assertThat(decide(WorkMessage.timer("id", "mine", NOW, new Base("etag"))))
                .isInstanceOf(Decision.Requeue.class);
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(WorkMessage.timer("id", "mine", NOW, new Base("etag"))))
                .isInstanceOf(Decision.Requeue.class);
    }

    @Test
    void endThatWasNotDeliveredIsDeliveredByAWorkerThatMayTakeOver() {
        row("mine", RuntimeStatus.COMPLETED, "other");
        for (WorkerState workerState : WorkerState.values()) {
            assertThat(decide(start(Base.NO_ROW), workerState))
                    .as("the owner is %s", workerState)
                    .isInstanceOf(workerState.isDead() ? Decision.DeliverResult.class : Decision.Drop.class);
        }
        row("mine", RuntimeStatus.COMPLETED, "me");
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.DeliverResult.class);
    }

    @Test
    void executionOfThisWorkerThatHasNoTurnIsClaimedAgain() {
        row("mine", RuntimeStatus.RUNNING, "me");
        assertThat(decide(start(Base.NO_ROW))).isEqualTo(run(true));
    }

    @Test
    void executionOfAnotherWorkerIsLeftToItUntilThatIsDeadForEver() {
        row("mine", RuntimeStatus.RUNNING, "other");
        for (WorkerState workerState : List.of(WorkerState.LIVE, WorkerState.UNLEASED)) {
            assertThat(decide(start(Base.NO_ROW), workerState)).isInstanceOf(Decision.Drop.class);
            assertThat(decide(WorkMessage.timer("id", "mine", NOW, new Base("older")), workerState))
                    .isInstanceOf(Decision.Drop.class);
        }
        for (WorkerState workerState : List.of(WorkerState.DRAINED, WorkerState.ABSENT)) {
            assertThat(decide(start(Base.NO_ROW), workerState)).isEqualTo(run(true));
        }
    }

    @Test
    void takeoverFromAWorkerThatVanishedCountsAgainstTheInstance() {
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(start(Base.NO_ROW), WorkerState.EXPIRED))
                .isEqualTo(new Decision.Run(Objects.requireNonNull(row), MINE, true, true));
    }

    @Test
    void endedExecutionHasNothingToDo() {
        for (RuntimeStatus status : List.of(RuntimeStatus.COMPLETED, RuntimeStatus.FAILED, RuntimeStatus.TERMINATED)) {
            row("mine", status, null);
            assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Drop.class);
        }
    }

    @Test
    void startThatMayStillComeIsWaitedForUntilItIsOverdue() {
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Requeue.class);
        assertThat(decide(overdue(Base.NO_ROW))).isInstanceOf(Decision.WriteTombstone.class);
    }

    @Test
    void startOverAFinishedHolderIsWaitedForUntilItIsOverdue() {
        row("other", RuntimeStatus.COMPLETED, null);
        assertThat(decide(start(new Base("etag")))).isInstanceOf(Decision.Requeue.class);
        assertThat(decide(overdue(new Base("etag")))).isInstanceOf(Decision.WriteTombstone.class);
    }

    @Test
    void startOverAHolderThatIsGoneCanNeverCome() {
        assertThat(decide(start(new Base("etag")))).isInstanceOf(Decision.Drop.class);
        row("other", RuntimeStatus.PENDING, null);
        assertThat(decide(start(new Base("older etag")))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void startThatLostGetsATombstoneBeforeItsMessageIsDropped() {
        row("other", RuntimeStatus.PENDING, null);
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.WriteTombstone.class);
        gate("mine", true);
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void rowThatArrivedAfterItsGateWasReadIsReadAgain() {
        row("mine", RuntimeStatus.PENDING, null);
        gates.clear();
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Requeue.class);
    }
}
