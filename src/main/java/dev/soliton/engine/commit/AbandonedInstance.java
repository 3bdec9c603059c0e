package dev.soliton.engine.commit;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.SleepAwareClock;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.AbandonedClaim;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage.Base;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * An instance that this worker may own, and has no turn for: a turn could not release it because the storage failed, or
 * a claim was never answered, or an activity outlived its turn. No other worker touches it while this worker lives, so
 * this worker has to release it.
 *
 * @param nonces the nonces of the claims that may have been written
 * @param pendingOn the states of the row on which unanswered writes were conditional
 * @param since when the turn was over
 * @param clear whether no thread of this process works on the instance any more
 */
public record AbandonedInstance(
        String instanceId,
        String executionId,
        Set<String> nonces,
        Set<Base> pendingOn,
        SleepAwareClock.Moment since,
        BooleanSupplier clear)
        implements AbandonedClaim {
    /** How long a write that was never answered may still be on its way. */
    private static final Duration LATEST_ARRIVAL = Duration.ofMinutes(5);

    /** How long activities that ignore their interruption keep an instance from going on. */
    private static final Duration LONGEST_GRACE_PERIOD = Duration.ofMinutes(1);

    @Override
    public boolean trySettle(EngineServices services, WorkerLease lease) throws TurnStopped {
        SleepAwareClock.Moment now = services.moment();
        Optional<Versioned<InstanceRow>> found = services.storage().instances().findRow(instanceId);
        if (found.isEmpty() || !isMine(found.get().row())) {
            // No unanswered write can succeed any more: the row that it was to replace is gone, or it would have
            // arrived.
            return pendingOn.stream().noneMatch(base -> base.isStateOf(found.orElse(null)))
                    || now.isFurtherThan(LATEST_ARRIVAL, since);
        }
        InstanceRow row = found.get().row();
        // An instance that has ended keeps its ID taken while one of its activities still works.
        boolean patient = row.status().isTerminal() || !now.isFurtherThan(LONGEST_GRACE_PERIOD, since);
        if (patient && !clear.getAsBoolean()) {
            return false;
        }
        InstanceSession session = new InstanceSession(services, lease, found.get(), null, List.of());
        if (row.status().isTerminal()) {
            ChildEnd.deliver(services, session);
        } else {
            session.handOff(Duration.ZERO);
        }
        return true;
    }

    private boolean isMine(InstanceRow row) {
        return row.key().executionId().equals(executionId)
                && row.ownership().nonce() != null
                && nonces.contains(row.ownership().nonce());
    }
}
