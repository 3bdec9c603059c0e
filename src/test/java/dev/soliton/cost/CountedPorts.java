package dev.soliton.cost;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Partition;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ports to the storage, with a count of the calls before them. */
final class CountedPorts {
    private CountedPorts() {}

    /** Instances. */
    record Instances(InstanceStore store, Bill bill) implements InstanceStore {
        @Override
        public Instant serviceTime() {
            return store.serviceTime();
        }

        @Override
        public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
            bill.add(Request.READ);
            return store.findRow(instanceId);
        }

        @Override
        public Optional<Receipt> findReceipt(String instanceId, String key) {
            bill.add(Request.READ);
            return store.findReceipt(instanceId, key);
        }

        @Override
        public Partition load(String instanceId) {
            bill.add(Request.READ);
            return store.load(instanceId);
        }

        @Override
        public Partition loadWithoutJournal(String instanceId) {
            bill.add(Request.READ);
            return store.loadWithoutJournal(instanceId);
        }

        @Override
        public WriteOutcome write(String instanceId, List<RowChange> changes) {
            bill.add(Request.WRITE);
            return store.write(instanceId, changes);
        }
    }

    /** The queue, as its senders see it. */
    record Queue(WorkQueue queue, Bill bill) implements WorkQueue {
        @Override
        public MessageReceipt put(WorkMessage message, Duration delay) {
            bill.add(Request.PUT);
            return queue.put(message, delay);
        }

        @Override
        public void takeBack(MessageReceipt receipt) {
            bill.add(Request.DELETE);
            queue.takeBack(receipt);
        }
    }

    /** Large values. */
    record Values(PayloadStore store, Bill bill) implements PayloadStore {
        @Override
        public void put(String name, String json) {
            bill.add(Request.STORE_VALUE);
            store.put(name, json);
        }

        @Override
        public String get(String name) {
            bill.add(Request.READ_VALUE);
            return store.get(name);
        }

        @Override
        public void deleteAll(String folder) {
            bill.add(Request.REMOVE_VALUE);
            store.deleteAll(folder);
        }

        @Override
        public void delete(String name) {
            bill.add(Request.REMOVE_VALUE);
            store.delete(name);
        }
    }
}
