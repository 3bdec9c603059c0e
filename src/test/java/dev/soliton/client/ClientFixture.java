package dev.soliton.client;

import dev.soliton.orchestration.Registry;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.Gate;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.SettableClock;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A hub in memory that no worker serves: what an engine would write, the test writes. */
public final class ClientFixture {
    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    public static final int MAX_PAYLOAD = 100_000;

    public final SettableClock clock = new SettableClock(START);
    public final InMemoryInstanceStore rows = new InMemoryInstanceStore(clock);
    public final InMemoryInstanceCatalog catalog = new InMemoryInstanceCatalog(rows);
    public final FaultyInstanceStore store = new FaultyInstanceStore(rows);
    final InMemoryPayloadStore payloads = new InMemoryPayloadStore();
    public final LossyQueue queue = new LossyQueue();
    public final List<Duration> pauses = new ArrayList<>();
    public final Registry registry = new Registry();
    private final AtomicInteger names = new AtomicInteger();
    private Runnable onPause = () -> {};
    final Waits waits = new VirtualWaits();
    public final Storage storage = new Storage(store, queue, new Payloads(payloads, this::newId, MAX_PAYLOAD));
    final InboxWriter inboxWriter = new InboxWriter(storage, clock, this::newId, waits);

    private String newId() {
        return "id-" + names.incrementAndGet();
    }

    /** A client that knows nothing yet. */
    public OrchestrationClient client() {
        return new OrchestrationClient(storage, catalog, registry, clock, this::newId, waits);
    }

    /** What happens when somebody pauses. */
    public void onPause(Runnable action) {
        onPause = action;
    }

    /** Begins an execution of an ID that nobody has. */
    public void begin(String instanceId, String executionId) {
        ExecutionKey key = new ExecutionKey(instanceId, executionId, 0);
        write(
                instanceId,
                new RowChange.InsertInstance(InstanceRow.pending(
                        key, "Job", null, new Payload.Inline("\"input\""), clock.instant(), newId())),
                new RowChange.InsertGate(new Gate(executionId, false)));
    }

    /** Brings an instance to a status; a terminal one ends it. */
    public void become(String instanceId, RuntimeStatus status) {
        Partition seen = rows.loadWithoutJournal(instanceId);
        Versioned<InstanceRow> found = seen.instance().orElseThrow();
        InstanceRow row = found.row();
        if (!row.status().canBecome(status)) {
            become(instanceId, RuntimeStatus.RUNNING);
            become(instanceId, status);
            return;
        }
        InstanceRow.Values values =
                status.isTerminal() ? row.values().withOutcome(new Payload.Inline("\"output\""), null) : row.values();
        InstanceRow next = row.changed(status, row.ownership(), values, clock.instant(), newId());
        RowChange replacement = new RowChange.ReplaceInstance(next, found.etag());
        if (status.isTerminal()) {
            String executionId = row.key().executionId();
            String gate = seen.gate(executionId).orElseThrow().etag();
            write(instanceId, replacement, new RowChange.DeleteGate(executionId, gate));
        } else {
            write(instanceId, replacement);
        }
    }

    /** Lets a worker own an instance. */
    public void own(String instanceId, String worker) {
        Versioned<InstanceRow> found = rows.findRow(instanceId).orElseThrow();
        InstanceRow row = found.row();
        Ownership owned = row.ownership().claimedBy(worker, newId(), rows.serviceTime());
        InstanceRow next = row.changed(row.status(), owned, row.values(), clock.instant(), newId());
        write(instanceId, new RowChange.ReplaceInstance(next, found.etag()));
    }

    /** Gives an instance that nobody owns another fence. */
    void refence(String instanceId, long fence) {
        Versioned<InstanceRow> found = rows.findRow(instanceId).orElseThrow();
        InstanceRow row = found.row();
        InstanceRow next = row.changed(row.status(), Ownership.unowned(fence), row.values(), clock.instant(), newId());
        write(instanceId, new RowChange.ReplaceInstance(next, found.etag()));
    }

    /** Takes in all that came in for an instance. */
    public void takeIn(String instanceId) {
        rows.loadWithoutJournal(instanceId)
                .inbox()
                .forEach(entry -> write(
                        instanceId,
                        new RowChange.DeleteInbox(
                                entry.row().executionId(), entry.row().key())));
    }

    /** What came in for an instance and was not taken in, in order. */
    public List<InboxItem> inboxOf(String instanceId) {
        return rows.loadWithoutJournal(instanceId).inbox().stream()
                .map(entry -> entry.row().item())
                .toList();
    }

    void write(String instanceId, RowChange... changes) {
        if (!(rows.write(instanceId, List.of(changes)) instanceof WriteOutcome.Written)) {
            throw new AssertionError("The test wanted to write what cannot be: " + List.of(changes));
        }
    }

    /** A queue that loses the next puts, if it is told so. */
    public final class LossyQueue implements WorkQueue {
        private final InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);
        private int toLose;
        private int puts;
        private Runnable beforeTakeBack = () -> {};

        /** What happens when a message is about to be taken back. */
        void beforeTakeBack(Runnable action) {
            beforeTakeBack = action;
        }

        public void loseNext(int count) {
            toLose = count;
        }

        /** How many messages somebody tried to put. */
        public int puts() {
            return puts;
        }

        public List<WorkMessage> messages() {
            return queue.messages();
        }

        @Override
        public MessageReceipt put(WorkMessage message, Duration delay) {
            synchronized (this) {
                puts++;
                if (toLose > 0) {
                    toLose--;
                    throw new StorageException("planned: the message did not arrive", null);
                }
            }
            return queue.put(message, delay);
        }

        @Override
        public void takeBack(MessageReceipt receipt) {
            beforeTakeBack.run();
            queue.takeBack(receipt);
        }
    }

    /** Lets the clock go on where somebody waits. */
    private final class VirtualWaits implements Waits {
        @Override
        public Duration elapsed() {
            return Duration.between(Instant.EPOCH, clock.instant());
        }

        @Override
        public void pause(Duration time) {
            pauses.add(time);
            clock.advance(time);
            onPause.run();
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> answers, Duration limit) {
            return answers.poll();
        }
    }
}
