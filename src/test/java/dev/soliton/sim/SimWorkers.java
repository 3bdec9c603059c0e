package dev.soliton.sim;

import dev.soliton.engine.WorkerLife;
import dev.soliton.engine.WorkerSign;
import dev.soliton.engine.WorkerStore;
import dev.soliton.sim.Call.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The workers' signs, as a process sees them over the wire. */
final class SimWorkers implements WorkerStore {
    private final SimProcess process;
    private final Wire wire;
    private final WorkerStore signs;
    private final Set<String> vanished;

    /** @param vanished gets the names of those that are found to be dead */
    SimWorkers(SimProcess process, Wire wire, WorkerStore signs, Set<String> vanished) {
        this.process = process;
        this.wire = wire;
        this.signs = signs;
        this.vanished = vanished;
    }

    @Override
    public String enlist(String worker, Duration lease) {
        return call(Verb.ENLIST, worker, () -> signs.enlist(worker, lease));
    }

    @Override
    public boolean renew(String worker, String leaseId) {
        return call(Verb.RENEW, worker, () -> signs.renew(worker, leaseId));
    }

    @Override
    public void markLeft(String worker, String leaseId) {
        call(Verb.MARK, worker, () -> {
            signs.markLeft(worker, leaseId);
            return true;
        });
    }

    @Override
    public void leave(String worker, String leaseId) {
        call(Verb.LEAVE, worker, () -> {
            signs.leave(worker, leaseId);
            return true;
        });
    }

    @Override
    public WorkerLife lifeOf(String worker) {
        return call(Verb.LIFE, worker, () -> signs.lifeOf(worker));
    }

    @Override
    public boolean tryDeclareDead(String worker) {
        return call(Verb.DECLARE_DEAD, worker, () -> {
            boolean dead = signs.tryDeclareDead(worker);
            if (dead) {
                vanished.add(worker);
            }
            return dead;
        });
    }

    @Override
    public List<WorkerSign> list() {
        return call(Verb.LIST, "", signs::list);
    }

    @Override
    public void forget(String worker) {
        call(Verb.FORGET, worker, () -> {
            signs.forget(worker);
            return true;
        });
    }

    private <T> T call(Verb verb, String worker, Supplier<T> effect) {
        return wire.call(new Call(process, verb, "", worker), effect);
    }
}
