package dev.soliton.engine.commit;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Versioned;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read shows about a write that was refused, or had no answer. docs/design.md has the same table, under "was it
 * mine?".
 *
 * <p>The checks are in an order that matters: a row says something about the write only while it is still this turn's,
 * and as this turn made it.
 */
enum ReadBack {
    /** The row has the write's ID: the write went through. */
    MINE,
    /** Row and gate are as the write needs them: the write did not go through, and may be sent again as it is. */
    NOT_YET,
    /** Another process has changed the instance, or removed it. */
    LOST,
    /** The claim is this turn's, but an earlier write of the turn has arrived that the turn took for lost. */
    STALE,
    /** The write requires the gate, and something arrived since the inbox was read. */
    GATE_MOVED,
    /** The row was touched, and a message names the ETag that it had before. */
    ROW_MOVED;

    /**
     * An instance as a turn knows it.
     *
     * @param nonce the name of this worker's claim; null without one
     * @param gateEtag null if there was no gate
     */
    record Known(Versioned<InstanceRow> instance, @Nullable String nonce, @Nullable String gateEtag) {
        /** The row has the nonce of this claim; or, without a claim, nobody has written since this turn did. */
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
     * @param needsGate whether the gate must be as last read
     * @param namesEtag whether a message names the ETag that the row has before the write
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
            // A write that was made from the known row would undo that earlier write.
            return STALE;
        }
        if (sent.needsGate() && !known.isGateAsKnown(found)) {
            return GATE_MOVED;
        }
        boolean isRowAsKnown = instance.get().etag().equals(known.instance().etag());
        return sent.namesEtag() && !isRowAsKnown ? ROW_MOVED : NOT_YET;
    }
}
