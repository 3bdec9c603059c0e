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
 *   <caption>By what becomes of the ownership</caption>
 *   <tr><th>{@link OwnerAfter}</th><th>Owner</th><th>Due time</th><th>Gate</th><th>Queued run</th></tr>
 *   <tr><td>Unchanged</td><td>as before</td><td>at once, without an owner</td><td>-</td><td>-</td></tr>
 *   <tr><td>Claim</td><td>this worker</td><td>none</td><td>-</td><td>-</td></tr>
 *   <tr><td>Release</td><td>nobody</td><td>that of its timer</td><td>as known</td><td>-</td></tr>
 *   <tr><td>End, with something left to do</td><td>this worker</td><td>none</td><td>deleted, as known</td>
 *       <td>that of the gate</td></tr>
 *   <tr><td>End</td><td>nobody</td><td>none</td><td>deleted, as known</td><td>none</td></tr>
 * </table>
 *
 * @param nextDue when the row says that the instance has something to do; null for not before something comes in, and
 *     for an owner, who minds its timers
 * @param gate what the write requires of the gate, and makes of it
 * @param further the run that takes the ID when the owner gives it away; null for none
 * @param namesEtag whether the message that was put before names the ETag that the write replaces
 */
record CommitEffect(
        Ownership ownership, @Nullable Instant nextDue, GateRule gate, @Nullable QueuedRun further, boolean namesEtag) {

    /**
     * The next time of an instance that has something to do at once: past by every clock, also by that of a worker that is
     * behind the one that says so.
     */
    static final Instant AT_ONCE = Instant.EPOCH;

    /**
     * Reads the table.
     *
     * @param before the ownership of the row
     * @param claimed whether that is this worker's
     * @param claim makes it this worker's, with a fresh nonce
     * @param queued the queued run on the gate, as it is known; null for none
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
     * What an instance shows as its next time while a turn of it is under way. An owner minds its timers by itself. Where
     * there is no owner, there is something to be done at once: whoever gets the message of a turn that died here must
     * not find that there is nothing to do.
     */
    static @Nullable Instant dueWithinTurn(boolean claimed) {
        return claimed ? null : AT_ONCE;
    }
}
