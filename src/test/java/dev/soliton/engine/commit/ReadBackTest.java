package dev.soliton.engine.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.commit.ReadBack.Known;
import dev.soliton.engine.commit.ReadBack.Sent;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table of docs/design.md, under "was it mine?", case by case. */
final class ReadBackTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Sent PLAIN = new Sent("sent", false, false);
    private static final Sent NEEDS_GATE = new Sent("sent", true, false);
    private static final Sent NAMES_ETAG = new Sent("sent", false, true);

    /** The turn has a claim with the nonce "mine", and wrote "last". */
    private static final Known CLAIMED =
            new Known(new Versioned<>(row("one", "last", "mine"), "etag"), "mine", "gate-etag");

    /** The turn has no claim, and read what "last" wrote. */
    private static final Known UNCLAIMED =
            new Known(new Versioned<>(row("one", "last", null), "etag"), null, "gate-etag");

    private static InstanceRow row(String executionId, String commitId, @Nullable String nonce) {
        InstanceRow pending = InstanceRow.pending(
                new ExecutionKey("id", executionId, 0), "Orchestrator", null, null, NOW, "accepted");
        Ownership ownership =
                nonce == null ? Ownership.unowned(7) : Ownership.unowned(6).claimedBy("worker", nonce, Instant.EPOCH);
        return pending.changed(RuntimeStatus.RUNNING, ownership, pending.values(), NOW, commitId);
    }

    private static Partition found(InstanceRow row, String etag, @Nullable String gateEtag) {
        return new Partition(
                gateEtag == null ? List.of() : List.of(new Versioned<>(new Gate("one", false), gateEtag)),
                List.of(),
                true,
                Optional.of(new Versioned<>(row, etag)),
                List.of());
    }

    @Test
    void writeWhoseIdIsThereWentThrough() {
        Partition found = found(row("one", "sent", "mine"), "later", "gate-etag");
        assertThat(ReadBack.of(PLAIN, CLAIMED, found)).isEqualTo(ReadBack.MINE);
    }

    @Test
    void writeThatReleasesIsFoundAlthoughRowAndGateChangedWithIt() {
        Partition found = found(row("one", "sent", null), "later", null);
        assertThat(ReadBack.of(new Sent("sent", true, true), CLAIMED, found)).isEqualTo(ReadBack.MINE);
    }

    @Test
    void writeThatStartsTheQueuedRunIsFoundUnderItsExecution() {
        Partition found = found(row("two", "sent", null), "later", null);
        assertThat(ReadBack.of(NAMES_ETAG, CLAIMED, found)).isEqualTo(ReadBack.MINE);
    }

    @Test
    void writeUnderWhichNothingChangedIsNotYetThere() {
        Partition found = found(row("one", "last", "mine"), "etag", "gate-etag");
        assertThat(ReadBack.of(new Sent("sent", true, true), CLAIMED, found)).isEqualTo(ReadBack.NOT_YET);
        assertThat(ReadBack.of(PLAIN, CLAIMED, found)).isEqualTo(ReadBack.NOT_YET);
    }

    @Test
    void turnWithoutClaimSendsAgainWhileNobodyHasWritten() {
        Partition found = found(row("one", "last", null), "etag", "gate-etag");
        assertThat(ReadBack.of(PLAIN, UNCLAIMED, found)).isEqualTo(ReadBack.NOT_YET);
    }

    @Test
    void instanceIsLostIfTheNonceIsThatOfAnother() {
        Partition found = found(row("one", "theirs", "another"), "later", "gate-etag");
        assertThat(ReadBack.of(PLAIN, CLAIMED, found)).isEqualTo(ReadBack.LOST);
    }

    @Test
    void instanceIsLostIfTheClaimIsGone() {
        Partition found = found(row("one", "theirs", null), "later", "gate-etag");
        assertThat(ReadBack.of(PLAIN, CLAIMED, found)).isEqualTo(ReadBack.LOST);
    }

    @Test
    void turnWithoutClaimHasLostWhateverAnotherWrote() {
        Partition found = found(row("one", "theirs", null), "later", "gate-etag");
        assertThat(ReadBack.of(PLAIN, UNCLAIMED, found)).isEqualTo(ReadBack.LOST);
    }

    @Test
    void instanceIsLostIfAnotherExecutionHasTheId() {
        Partition found = found(row("two", "last", "mine"), "later", "gate-etag");
        assertThat(ReadBack.of(PLAIN, CLAIMED, found)).isEqualTo(ReadBack.LOST);
    }

    @Test
    void instanceIsLostIfItWasPurged() {
        assertThat(ReadBack.of(PLAIN, CLAIMED, Partition.EMPTY)).isEqualTo(ReadBack.LOST);
        assertThat(ReadBack.of(PLAIN, UNCLAIMED, Partition.EMPTY)).isEqualTo(ReadBack.LOST);
    }

    @Test
    void turnIsStaleIfAnEarlierWriteOfItsClaimArrivedLate() {
        Partition found = found(row("one", "taken for lost", "mine"), "later", "moved");
        assertThat(ReadBack.of(new Sent("sent", true, true), CLAIMED, found)).isEqualTo(ReadBack.STALE);
    }

    @Test
    void gateHasMovedIfItsEtagIsAnother() {
        Partition found = found(row("one", "last", "mine"), "later", "moved");
        assertThat(ReadBack.of(new Sent("sent", true, true), CLAIMED, found)).isEqualTo(ReadBack.GATE_MOVED);
    }

    @Test
    void gateHasMovedIfItIsGone() {
        Partition found = found(row("one", "last", "mine"), "etag", null);
        assertThat(ReadBack.of(NEEDS_GATE, CLAIMED, found)).isEqualTo(ReadBack.GATE_MOVED);
    }

    @Test
    void writeThatDoesNotNeedTheGateIsSentAgainWhateverArrived() {
        Partition found = found(row("one", "last", "mine"), "etag", "moved");
        assertThat(ReadBack.of(NAMES_ETAG, CLAIMED, found)).isEqualTo(ReadBack.NOT_YET);
    }

    @Test
    void rowHasMovedForAWriteWhoseMessageNamesItsEtag() {
        Partition found = found(row("one", "last", "mine"), "later", "gate-etag");
        assertThat(ReadBack.of(NAMES_ETAG, CLAIMED, found)).isEqualTo(ReadBack.ROW_MOVED);
    }

    @Test
    void writeWhoseEtagNothingNamesIsSentAgainOnTheRowThatWasTouched() {
        Partition found = found(row("one", "last", "mine"), "later", "gate-etag");
        assertThat(ReadBack.of(NEEDS_GATE, CLAIMED, found)).isEqualTo(ReadBack.NOT_YET);
    }
}
