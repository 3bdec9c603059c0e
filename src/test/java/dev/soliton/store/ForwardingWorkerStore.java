package dev.soliton.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The records of workers, with something before them that a test puts there. */
public abstract class ForwardingWorkerStore implements WorkerStore {
    private final WorkerStore real;

    protected ForwardingWorkerStore(WorkerStore real) {
        this.real = real;
    }

    @Override
    public String register(String worker, Duration lease) {
        return real.register(worker, lease);
    }

    @Override
    public boolean renew(String worker, String leaseId) {
        return real.renew(worker, leaseId);
    }

    @Override
    public void markDrained(String worker, String leaseId) {
        real.markDrained(worker, leaseId);
    }

    @Override
    public void deregister(String worker, String leaseId) {
        real.deregister(worker, leaseId);
    }

    @Override
    public WorkerState stateOf(String worker) {
        return real.stateOf(worker);
    }

    @Override
    public Optional<WorkerRecord> find(String worker) {
        return real.find(worker);
    }

    @Override
    public boolean tryDeclareDead(String worker) {
        return real.tryDeclareDead(worker);
    }

    @Override
    public List<WorkerRecord> list() {
        return real.list();
    }

    @Override
    public void remove(String worker) {
        real.remove(worker);
    }
}
