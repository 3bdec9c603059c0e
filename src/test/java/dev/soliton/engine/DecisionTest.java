package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Gate;
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
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The whole table of what is done about a message in which state. */
final class DecisionTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final List<Versioned<Gate>> gates = new ArrayList<>();
    private @Nullable Versioned<InstanceRow> row;
    private String ownerMessage = "message#1";

    private Decision decide(WorkMessage message, boolean redelivered) {
        return Decision.of(
                message,
                new Succession(message, new Delivery("message", redelivered ? 2 : 1)),
                new Partition(gates, Optional.ofNullable(row), List.of()),
                "me");
    }

    private void row(String executionId, RuntimeStatus status, @Nullable String owner) {
        InstanceRow pending = InstanceRow.pending(new ExecutionKey("id", executionId, 0), "Job", null, NOW, "c");
        Ownership ownership =
                new Ownership(owner, owner == null ? null : "nonce", owner == null ? null : ownerMessage, 7);
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

    private void gate(String executionId, boolean tombstone) {
        gates.add(new Versioned<>(new Gate(executionId, tombstone), "gate-etag"));
    }

    private static WorkMessage start(Base base) {
        return WorkMessage.start("id", "mine", base);
    }

    private static WorkMessage overdue(Base base) {
        WorkMessage message = start(base);
        for (int i = 0; i < 6; i++) {
            message = message.again(Set.of());
        }
        return message;
    }

    @Test
    void pendingExecutionIsClaimed() {
        row("mine", RuntimeStatus.PENDING, null);
        assertThat(decide(start(Base.NO_ROW), false))
                .isInstanceOfSatisfying(Decision.Claim.class, claim -> assertThat(claim.gateEtag())
                        .isEqualTo("gate-etag"));
    }

    @Test
    void executionWithoutAnOwnerIsClaimed() {
        row("mine", RuntimeStatus.RUNNING, null);
        assertThat(decide(start(Base.NO_ROW), false)).isInstanceOf(Decision.Claim.class);
    }

    @Test
    void executionOfThisWorkerThatHasNoTurnIsClaimedAnew() {
        row("mine", RuntimeStatus.RUNNING, "me");
        assertThat(decide(start(Base.NO_ROW), false)).isInstanceOf(Decision.Claim.class);
    }

    @Test
    void executionOfAnotherWorkerIsLeftToIt() {
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(start(Base.NO_ROW), false)).isInstanceOf(Decision.PutBack.class);
    }

    @Test
    void executionOfAnotherWorkerIsClaimedWhenTheMessageCameBack() {
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(start(Base.NO_ROW), true)).isInstanceOf(Decision.Claim.class);
    }

    @Test
    void executionOfAnotherWorkerIsLeftToItByAMessageThatItDidNotClaimThrough() {
        ownerMessage = "another message#1";
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(start(Base.NO_ROW), true)).isInstanceOf(Decision.PutBack.class);
    }

    @Test
    void ownerThatClaimedThroughTheLatestDeliveryIsLeftAloneByIt() {
        ownerMessage = "message#2";
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(start(Base.NO_ROW), true)).isInstanceOf(Decision.PutBack.class);
    }

    @Test
    void copyOfAMessageMayTakeOverWhatTheMessageMight() {
        ownerMessage = "ancestor#2";
        row("mine", RuntimeStatus.RUNNING, "other");
        assertThat(decide(start(Base.NO_ROW).again(Set.of("ancestor#2")), false))
                .isInstanceOf(Decision.Claim.class);
        assertThat(decide(start(Base.NO_ROW).again(Set.of("stranger#9", "ancestor#1")), false))
                .isInstanceOf(Decision.PutBack.class);
    }

    @Test
    void endedExecutionHasNothingToDo() {
        for (RuntimeStatus status : List.of(RuntimeStatus.COMPLETED, RuntimeStatus.FAILED, RuntimeStatus.TERMINATED)) {
            row("mine", status, null);
            assertThat(decide(start(Base.NO_ROW), true)).isInstanceOf(Decision.Drop.class);
        }
    }

    @Test
    void startThatMayStillComeIsWaitedForUntilItIsOverdue() {
        assertThat(decide(start(Base.NO_ROW), true)).isInstanceOf(Decision.PutBack.class);
        assertThat(decide(overdue(Base.NO_ROW), false)).isInstanceOf(Decision.Bury.class);
    }

    @Test
    void startOverAFinishedHolderIsWaitedForUntilItIsOverdue() {
        row("other", RuntimeStatus.COMPLETED, null);
        assertThat(decide(start(new Base("etag")), false)).isInstanceOf(Decision.PutBack.class);
        assertThat(decide(overdue(new Base("etag")), false)).isInstanceOf(Decision.Bury.class);
    }

    @Test
    void startOverAHolderThatIsGoneCanNeverCome() {
        assertThat(decide(start(new Base("etag")), false)).isInstanceOf(Decision.Drop.class);
        row("other", RuntimeStatus.PENDING, null);
        assertThat(decide(start(new Base("older etag")), false)).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void startThatLostIsBuriedBeforeItsMessageIsDropped() {
        row("other", RuntimeStatus.PENDING, null);
        assertThat(decide(start(Base.NO_ROW), false)).isInstanceOf(Decision.Bury.class);
        gate("mine", true);
        assertThat(decide(start(Base.NO_ROW), false)).isInstanceOf(Decision.Drop.class);
    }

    @Test
    void rowThatCameAfterItsGateWasReadIsLookedAtAgain() {
        row("mine", RuntimeStatus.PENDING, null);
        gates.clear();
        assertThat(decide(start(Base.NO_ROW), false)).isInstanceOf(Decision.PutBack.class);
    }
}
