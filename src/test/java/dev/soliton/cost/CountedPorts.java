package dev.soliton.cost;

import dev.soliton.instance.AnswerRow;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceStore;
import dev.soliton.instance.Partition;
import dev.soliton.instance.PayloadStore;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WorkQueue;
import dev.soliton.instance.WriteOutcome;
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
        public Optional<Versioned<InstanceRow>> find(String instanceId) {
            bill.add(Request.READ);
            return store.find(instanceId);
        }

        @Override
        public Optional<AnswerRow> findAnswer(String instanceId, String key) {
            bill.add(Request.READ);
            return store.findAnswer(instanceId, key);
        }

        @Override
        public Partition load(String instanceId) {
            bill.add(Request.READ);
            return store.load(instanceId);
        }

        @Override
        public Partition look(String instanceId) {
            bill.add(Request.READ);
            return store.look(instanceId);
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
        public Receipt put(WorkMessage message, Duration delay) {
            bill.add(Request.PUT);
            return queue.put(message, delay);
        }

        @Override
        public void takeBack(Receipt receipt) {
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
