package dev.soliton.engine.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.commit.Commit.OwnerAfter;
import dev.soliton.engine.commit.FencedRow.GateRule;
import dev.soliton.store.Ownership;
import dev.soliton.store.QueuedRun;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table of {@link CommitEffect}, row by row. */
final class CommitEffectTest {
    private static final Instant DUE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Ownership UNOWNED = Ownership.unowned(7);
    private static final Ownership MINE = UNOWNED.claimedBy("worker", "nonce", Instant.EPOCH);
    private static final OwnerAfter RELEASE = new OwnerAfter.Release(DUE, () -> {});

    private static final QueuedRun QUEUED = new QueuedRun("Orchestrator", null, null, DUE, "ask");

    private static CommitEffect ofClaimed(OwnerAfter after, @Nullable QueuedRun queued) {
        return CommitEffect.of(
                after,
                MINE,
                true,
                () -> {
                    throw new AssertionError("It is claimed.");
                },
                queued);
    }

    private static CommitEffect ofUnclaimed(OwnerAfter after, @Nullable QueuedRun queued) {
        return CommitEffect.of(after, UNOWNED, false, () -> MINE, queued);
    }

    @Test
    void unchangedOwnerMindsItsTimersByItself() {
        assertThat(ofClaimed(new OwnerAfter.Unchanged(), null))
                .isEqualTo(new CommitEffect(MINE, null, GateRule.NONE, null, false));
    }

    @Test
    void unchangedWithoutOwnerShowsSomethingToDoAtOnce() {
        assertThat(ofUnclaimed(new OwnerAfter.Unchanged(), null))
                .isEqualTo(new CommitEffect(UNOWNED, Instant.EPOCH, GateRule.NONE, null, false));
    }

    @Test
    void claimMakesThisWorkerTheOwnerOnce() {
        CommitEffect claimed = new CommitEffect(MINE, null, GateRule.NONE, null, false);
        assertThat(ofUnclaimed(new OwnerAfter.Claim(), null)).isEqualTo(claimed);
        assertThat(ofClaimed(new OwnerAfter.Claim(), null)).isEqualTo(claimed);
    }

    @Test
    void releaseRequiresTheGateAndKeepsTheTimeOfItsMessage() {
        CommitEffect released = new CommitEffect(MINE.released(), DUE, GateRule.TOUCH, null, true);
        assertThat(ofClaimed(RELEASE, null)).isEqualTo(released);
        assertThat(ofUnclaimed(RELEASE, null)).isEqualTo(new CommitEffect(UNOWNED, DUE, GateRule.TOUCH, null, true));
    }

    @Test
    void queuedRunStaysOnTheGateUntilTheEnd() {
        assertThat(ofClaimed(new OwnerAfter.Unchanged(), QUEUED).queuedRun()).isNull();
        assertThat(ofClaimed(new OwnerAfter.Claim(), QUEUED).queuedRun()).isNull();
        assertThat(ofClaimed(RELEASE, QUEUED).queuedRun()).isNull();
    }

    @Test
    void endGivesTheIdBackWhereNothingIsLeftToDo() {
        assertThat(ofClaimed(new OwnerAfter.End(false), null))
                .isEqualTo(new CommitEffect(MINE.released(), null, GateRule.DELETE, null, false));
    }

    @Test
    void endKeepsTheOwnerThatHasToDeliverIt() {
        CommitEffect kept = new CommitEffect(MINE, null, GateRule.DELETE, null, false);
        assertThat(ofClaimed(new OwnerAfter.End(true), null)).isEqualTo(kept);
        assertThat(ofUnclaimed(new OwnerAfter.End(true), null)).isEqualTo(kept);
    }

    @Test
    void endKeepsTheOwnerThatHasToStartTheQueuedRun() {
        CommitEffect kept = new CommitEffect(MINE, null, GateRule.DELETE, QUEUED, false);
        assertThat(ofClaimed(new OwnerAfter.End(false), QUEUED)).isEqualTo(kept);
        assertThat(ofUnclaimed(new OwnerAfter.End(false), QUEUED)).isEqualTo(kept);
    }
}
