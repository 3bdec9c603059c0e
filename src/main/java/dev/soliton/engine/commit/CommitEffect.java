package dev.soliton.engine.commit;

import dev.soliton.engine.commit.Commit.OwnerAfter;
import dev.soliton.engine.commit.FencedRow.GateRule;
import dev.soliton.store.Ownership;
import dev.soliton.store.QueuedRun;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the last write of a commit does to owner, due time, gate and queued run.
 *
 * <table>
 *   <caption>By what the commit does to the ownership</caption>
 *   <tr><th>{@link OwnerAfter}</th><th>Owner</th><th>Due time</th><th>Gate</th><th>Queued run</th></tr>
 *   <tr><td>Unchanged</td><td>as before</td><td>at once, without an owner</td><td>-</td><td>-</td></tr>
 *   <tr><td>Claim</td><td>this worker</td><td>none</td><td>-</td><td>-</td></tr>
 *   <tr><td>Release</td><td>nobody</td><td>that of its timer</td><td>as known</td><td>-</td></tr>
 *   <tr><td>End, with work left to do</td><td>this worker</td><td>none</td><td>deleted, as known</td>
 *       <td>that of the gate</td></tr>
 *   <tr><td>End</td><td>nobody</td><td>none</td><td>deleted, as known</td><td>none</td></tr>
 * </table>
 *
 * @param nextDue when the row says that the instance has work to do; null if not before something arrives, and null
 *     under an owner, who watches the timers itself
 * @param gate what the write requires of the gate, and does to it
 * @param queuedRun the queued run, which the owner starts; null for none
 * @param namesEtag whether the message that was put before the write names the ETag that the write replaces
 */
record CommitEffect(
        Ownership ownership,
        @Nullable Instant nextDue,
        GateRule gate,
        @Nullable QueuedRun queuedRun,
        boolean namesEtag) {

    /**
     * The due time of an instance that has work to do at once. It is in the past by every clock, also by a clock that
     * is behind that of the worker that writes it.
     */
    static final Instant AT_ONCE = Instant.EPOCH;

    /**
     * Looks up the effect in the table.
     *
     * @param before the ownership of the row
     * @param claimed whether this worker has that ownership
     * @param claim makes this worker the owner, with a fresh nonce
     * @param queued the queued run on the gate as last read; null for none
     */
    static CommitEffect of(
            OwnerAfter after,
            Ownership before,
            boolean claimed,
            Supplier<Ownership> claim,
            @Nullable QueuedRun queued) {
        if (after instanceof OwnerAfter.Unchanged) {
            return new CommitEffect(before, dueWithinTurn(claimed), GateRule.NONE, null, false);
        }
        if (after instanceof OwnerAfter.Claim) {
            return new CommitEffect(claimed ? before : claim.get(), null, GateRule.NONE, null, false);
        }
        if (after instanceof OwnerAfter.Release release) {
            return new CommitEffect(before.released(), release.nextDue(), GateRule.TOUCH, null, true);
        }
        OwnerAfter.End end = (OwnerAfter.End) after;
        if (end.owned() || queued != null) {
            return new CommitEffect(claimed ? before : claim.get(), null, GateRule.DELETE, queued, false);
        }
        return new CommitEffect(before.released(), null, GateRule.DELETE, null, false);
    }

    /**
     * The due time that an instance shows while it runs a turn. An owner watches its timers itself. Without an owner
     * the instance is due at once: if the turn dies here, the next worker that receives its message must not find that
     * there is nothing to do.
     */
    static @Nullable Instant dueWithinTurn(boolean claimed) {
        return claimed ? null : AT_ONCE;
    }
}
