package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.instance.Arrival;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Gate;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InboxRow;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.Ownership;
import dev.soliton.instance.Partition;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WorkMessage.Base;
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
    private final List<Arrival> inbox = new ArrayList<>();
    private @Nullable Versioned<InstanceRow> row;

    private Decision decide(WorkMessage message) {
        return decide(message, null);
    }

    private Decision decide(WorkMessage message, @Nullable WorkerLife ownerLife) {
        Partition state = new Partition(gates, inbox, true, Optional.ofNullable(row), List.of());
        return Decision.of(message, state, "me", ownerLife, NOW);
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
        row = new Versioned<>(present.row().at(0, new InstanceRow.Progress(1, 0, due)), present.etag());
    }

    private void arrive(String executionId) {
        inbox.add(new Arrival(new InboxRow(executionId, "k", 1, new InboxItem.Resume(null)), NOW));
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
    void sleepingExecutionIsLeftToSleep() {
        row("mine", RuntimeStatus.RUNNING, null);
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Drop.class);
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void sleepingExecutionIsRunWithoutAClaimWhenSomethingCameIn() {
        row("mine", RuntimeStatus.RUNNING, null);
        arrive("mine");
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isEqualTo(run(false));
    }

    @Test
    void whatCameInForAnotherExecutionIsNoReasonToRunThisOne() {
        row("mine", RuntimeStatus.RUNNING, null);
        arrive("earlier");
        assertThat(decide(WorkMessage.wake("id", "mine", null))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void workThatIsAboutToBeHandedOnIsWaitedFor() {
        row("mine", RuntimeStatus.RUNNING, "other");
        WorkMessage handedOn = WorkMessage.wake("id", "mine", new Base("etag"));
        assertThat(decide(handedOn, WorkerLife.LIVING)).isInstanceOf(Decision.PutBack.class);
        assertThat(decide(handedOn, WorkerLife.VANISHED)).isInstanceOf(Decision.PutBack.class);
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
    void messageOfATimerThatIsNotDueIsSentOn() {
        row("mine", RuntimeStatus.RUNNING, null);
        nextDue(NOW.plusSeconds(1));
        assertThat(decide(WorkMessage.timer("id", "mine", NOW.plusSeconds(1), new Base("older"))))
                .isEqualTo(new Decision.SendOn(NOW.plusSeconds(1)));
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
                .isInstanceOf(Decision.PutBack.class);
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(WorkMessage.timer("id", "mine", NOW, new Base("etag"))))
                .isInstanceOf(Decision.PutBack.class);
    }

    @Test
    void endThatWasNotDeliveredIsDeliveredByWhoeverMayTakeOver() {
        row("mine", RuntimeStatus.COMPLETED, "other");
        for (WorkerLife life : WorkerLife.values()) {
            assertThat(decide(start(Base.NO_ROW), life))
                    .as("the owner is %s", life)
                    .isInstanceOf(life.isDead() ? Decision.Report.class : Decision.Drop.class);
        }
        row("mine", RuntimeStatus.COMPLETED, "me");
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Report.class);
    }

    @Test
    void executionOfThisWorkerThatHasNoTurnIsClaimedAnew() {
        row("mine", RuntimeStatus.RUNNING, "me");
        assertThat(decide(start(Base.NO_ROW))).isEqualTo(run(true));
    }

    @Test
    void executionOfAnotherWorkerIsLeftToItUntilThatIsDeadForEver() {
        row("mine", RuntimeStatus.RUNNING, "other");
        for (WorkerLife life : List.of(WorkerLife.LIVING, WorkerLife.UNLEASED)) {
            assertThat(decide(start(Base.NO_ROW), life)).isInstanceOf(Decision.Drop.class);
            assertThat(decide(WorkMessage.timer("id", "mine", NOW, new Base("older")), life))
                    .isInstanceOf(Decision.Drop.class);
        }
        for (WorkerLife life : List.of(WorkerLife.LEFT, WorkerLife.GONE)) {
            assertThat(decide(start(Base.NO_ROW), life)).isEqualTo(run(true));
        }
    }

    @Test
    void takeoverFromAWorkerThatVanishedCountsAgainstTheInstance() {
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(start(Base.NO_ROW), WorkerLife.VANISHED))
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
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.PutBack.class);
        assertThat(decide(overdue(Base.NO_ROW))).isInstanceOf(Decision.Bury.class);
    }

    @Test
    void startOverAFinishedHolderIsWaitedForUntilItIsOverdue() {
        row("other", RuntimeStatus.COMPLETED, null);
        assertThat(decide(start(new Base("etag")))).isInstanceOf(Decision.PutBack.class);
        assertThat(decide(overdue(new Base("etag")))).isInstanceOf(Decision.Bury.class);
    }

    @Test
    void startOverAHolderThatIsGoneCanNeverCome() {
        assertThat(decide(start(new Base("etag")))).isInstanceOf(Decision.Drop.class);
        row("other", RuntimeStatus.PENDING, null);
        assertThat(decide(start(new Base("older etag")))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void startThatLostIsBuriedBeforeItsMessageIsDropped() {
        row("other", RuntimeStatus.PENDING, null);
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Bury.class);
        gate("mine", true);
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void rowThatCameAfterItsGateWasReadIsLookedAtAgain() {
        row("mine", RuntimeStatus.PENDING, null);
        gates.clear();
        assertThat(decide(start(Base.NO_ROW))).isInstanceOf(Decision.PutBack.class);
    }
}
