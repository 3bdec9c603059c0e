package dev.soliton.engine;

import java.time.Duration;
import java.util.List;

/** The signs of workers, with something before them that a test puts there. */
public abstract class ForwardingWorkerStore implements WorkerStore {
    private final WorkerStore real;

    protected ForwardingWorkerStore(WorkerStore real) {
        this.real = real;
    }

    @Override
    public String enlist(String worker, Duration lease) {
        return real.enlist(worker, lease);
    }

    @Override
    public boolean renew(String worker, String leaseId) {
        return real.renew(worker, leaseId);
    }

    @Override
    public void markLeft(String worker, String leaseId) {
        real.markLeft(worker, leaseId);
    }

    @Override
    public void leave(String worker, String leaseId) {
        real.leave(worker, leaseId);
    }

    @Override
    public WorkerLife lifeOf(String worker) {
        return real.lifeOf(worker);
    }

    @Override
    public boolean tryDeclareDead(String worker) {
        return real.tryDeclareDead(worker);
    }

    @Override
    public List<WorkerSign> list() {
        return real.list();
    }

    @Override
    public void forget(String worker) {
        real.forget(worker);
    }
}
