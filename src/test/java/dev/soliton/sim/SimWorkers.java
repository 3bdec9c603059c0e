package dev.soliton.sim;

import dev.soliton.sim.Call.Verb;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The workers' records, as a process sees them over the wire. */
final class SimWorkers implements WorkerStore {
    private static final int TRIES = 4;

    /** How long the client waits for an answer before it tries again. */
    private static final Duration PATIENCE = Duration.ofSeconds(7);

    private final SimProcess process;
    private final Wire wire;
    private final InMemoryWorkerStore records;
    private final Set<String> vanished;
    private final Renewals renewals;

    /**
     * @param vanished gets the names of those that are found to be dead
     * @param renewals gets to know when each was renewed
     */
    SimWorkers(SimProcess process, Wire wire, InMemoryWorkerStore records, Set<String> vanished, Renewals renewals) {
        this.process = process;
        this.wire = wire;
        this.records = records;
        this.vanished = vanished;
        this.renewals = renewals;
    }

    @Override
    public String register(String worker, Duration lease) {
        good(worker, process.world().scheduler().now());
        return process.world().has(Ability.TWO_STEP_SIGNS)
                ? enlistInTwoSteps(worker, lease)
                : call(Verb.REGISTER, worker, () -> records.register(worker, lease));
    }

    /** As the client of the blobs does it, which tries again where it gets no answer. */
    private String enlistInTwoSteps(String worker, Duration lease) {
        if (!create(worker, lease) && call(Verb.STATE, worker, () -> records.stateOf(worker)) != WorkerState.UNLEASED) {
            throw new StorageException("simulated: the record is not as it was made", null);
        }
        String leaseId = call(Verb.REGISTER, worker, () -> records.tryLease(worker));
        if (leaseId == null) {
            throw new StorageException("simulated: the lease was refused", null);
        }
        return leaseId;
    }

    /** Makes a record, and says whether that is known; it may be there all the same. */
    private boolean create(String worker, Duration lease) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call(Verb.REGISTER, worker, () -> records.tryCreate(worker, lease));
            } catch (StorageException unanswered) {
                if (attempt == TRIES) {
                    throw unanswered;
                }
                process.world().scheduler().sleep(PATIENCE);
            }
        }
    }

    @Override
    public boolean renew(String worker, String leaseId) {
        World world = process.world();
        long sent = world.scheduler().now();
        boolean renewed = call(Verb.RENEW, worker, () -> records.renew(worker, leaseId));
        if (world.has(Ability.SLOW_RENEWALS) && world.choice(3) == 0) {
            world.scheduler().sleep(Duration.ofMillis(500 + world.choice(2_500)));
        }
        if (renewed) {
            good(worker, sent);
        }
        return renewed;
    }

    private void good(String worker, long sent) {
        renewals.good(worker, process.waits(), sent, process.world().scheduler().now());
    }

    @Override
    public void markDrained(String worker, String leaseId) {
        call(Verb.MARK, worker, () -> {
            records.markDrained(worker, leaseId);
            checkWell(worker);
            return true;
        });
    }

    @Override
    public void deregister(String worker, String leaseId) {
        call(Verb.DEREGISTER, worker, () -> {
            records.deregister(worker, leaseId);
            return true;
        });
    }

    @Override
    public WorkerState stateOf(String worker) {
        return call(Verb.STATE, worker, () -> records.stateOf(worker));
    }

    @Override
    public Optional<WorkerRecord> find(String worker) {
        return call(Verb.STATE, worker, () -> records.find(worker));
    }

    @Override
    public boolean tryDeclareDead(String worker) {
        if (process.world().has(Ability.TWO_STEP_SIGNS)) {
            return markInTwoSteps(worker);
        }
        return call(Verb.DECLARE_DEAD, worker, () -> noted(worker, records.tryDeclareDead(worker)));
    }

    private boolean markInTwoSteps(String worker) {
        String leaseId = call(Verb.DECLARE_DEAD, worker, () -> records.tryLeaseToMark(worker));
        if (leaseId == null) {
            return call(Verb.STATE, worker, () -> records.stateOf(worker)).isDead();
        }
        return call(Verb.MARK, worker, () -> noted(worker, records.tryMark(worker, leaseId)));
    }

    private boolean noted(String worker, boolean dead) {
        if (dead) {
            vanished.add(worker);
            checkWell(worker);
        }
        return dead;
    }

    /**
     * Slow renewals end no worker, also not where all else is slow once. One that is made in two steps can be marked in
     * between, which costs nobody anything.
     */
    private void checkWell(String worker) {
        World world = process.world();
        if (!world.has(Ability.TWO_STEP_SIGNS) && world.isQuiet() && !renewals.werePassedOver(worker)) {
            world.scheduler().fail("a worker has ended, though nothing went wrong: " + worker, null);
        }
    }

    @Override
    public List<WorkerRecord> list() {
        return call(Verb.LIST, "", records::list);
    }

    @Override
    public void remove(String worker) {
        call(Verb.REMOVE, worker, () -> {
            records.remove(worker);
            return true;
        });
    }

    private <T extends @Nullable Object> T call(Verb verb, String worker, Supplier<T> effect) {
        return wire.call(new Call(process, verb, "", worker), effect);
    }
}
