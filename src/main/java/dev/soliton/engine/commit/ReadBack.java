package dev.soliton.engine.commit;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Versioned;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read shows of a write that was refused, or had no answer. docs/design.md has the same table, under "was it
 * mine?".
 *
 * <p>The order is the proof: only a row that is still this turn's, and as this turn made it, says anything about the
 * write.
 */
enum ReadBack {
    /** The row has the write's ID: it went through. */
    MINE,
    /** Row and gate are as the write needs them: it did not go through, and may be sent again as it is. */
    NOT_YET,
    /** Somebody else has changed the instance, or removed it. */
    LOST,
    /** The claim is this turn's, but an earlier write of it, which it took for lost, has arrived. */
    STALE,
    /** The write requires the gate, and something came in since the inbox was read. */
    GATE_MOVED,
    /** The row was touched, and something names the ETag that it had before. */
    ROW_MOVED;

    /**
     * An instance as a turn knows it.
     *
     * @param nonce names this worker's claim; null without one
     * @param gateEtag null if there was no gate
     */
    record Known(Versioned<InstanceRow> instance, @Nullable String nonce, @Nullable String gateEtag) {
        /** The nonce of this claim is there; or, without a claim, nobody has written since this turn did. */
        boolean isStillMine(Partition found) {
            InstanceRow known = instance.row();
            return found.instance()
                    .map(Versioned::row)
                    .filter(row -> row.key().executionId().equals(known.key().executionId()))
                    .filter(row -> nonce == null
                            ? row.commitId().equals(known.commitId())
                            : nonce.equals(row.ownership().nonce()))
                    .isPresent();
        }

        private boolean isGateAsKnown(Partition found) {
            return found.gate(instance.row().key().executionId())
                    .map(Versioned::etag)
                    .equals(Optional.ofNullable(gateEtag));
        }
    }

    /**
     * A write.
     *
     * @param commitId its ID
     * @param needsGate whether the gate must be as it is known
     * @param namesEtag whether something names the ETag that the row has before
     */
    record Sent(String commitId, boolean needsGate, boolean namesEtag) {}

    static ReadBack of(Sent sent, Known known, Partition found) {
        Optional<Versioned<InstanceRow>> instance = found.instance();
        if (instance.isPresent() && instance.get().row().commitId().equals(sent.commitId())) {
            return MINE;
        }
        if (instance.isEmpty() || !known.isStillMine(found)) {
            return LOST;
        }
        if (!instance.get().row().commitId().equals(known.instance().row().commitId())) {
            // What is written on the row as it was known would undo that.
            return STALE;
        }
        if (sent.needsGate() && !known.isGateAsKnown(found)) {
            return GATE_MOVED;
        }
        boolean isRowAsKnown = instance.get().etag().equals(known.instance().etag());
        return sent.namesEtag() && !isRowAsKnown ? ROW_MOVED : NOT_YET;
    }
}
