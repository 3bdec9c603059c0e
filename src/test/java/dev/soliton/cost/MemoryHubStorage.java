package dev.soliton.cost;

import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.WorkQueue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Storage in memory. */
final class MemoryHubStorage implements HubStorage {
    private final Bill bill = new Bill();
    private final Map<WorkQueue.MessageReceipt, InMemoryWorkQueue.Delivery> deliveries = new HashMap<>();
    final InMemoryInstanceStore instances;
    final InMemoryWorkQueue queue;
    final InMemoryPayloadStore values = new InMemoryPayloadStore();

    MemoryHubStorage(InstantSource clock) {
        instances = new InMemoryInstanceStore(clock);
        queue = new InMemoryWorkQueue(clock);
    }

    @Override
    public InstanceStore instances() {
        return new CountedPorts.Instances(instances, bill);
    }

    @Override
    public WorkQueue queue() {
        return new CountedPorts.Queue(queue, bill);
    }

    @Override
    public PayloadStore values() {
        return new CountedPorts.Values(values, bill);
    }

    @Override
    public Bill bill() {
        return bill;
    }

    @Override
    public Optional<Received> receive() {
        return queue.receive().map(delivery -> {
            bill.add(Request.RECEIVE);
            deliveries.put(delivery.receipt(), delivery);
            return new Received(delivery.message(), delivery.receipt(), delivery.dequeueCount());
        });
    }

    @Override
    public void delete(Received received) {
        bill.add(Request.DELETE);
        if (!queue.delete(Objects.requireNonNull(deliveries.remove(received.receipt())))) {
            throw new AssertionError("It was received by somebody else: " + received);
        }
    }

    @Override
    public Optional<Instant> nextDelayed() {
        return queue.nextVisibleAt();
    }
}
