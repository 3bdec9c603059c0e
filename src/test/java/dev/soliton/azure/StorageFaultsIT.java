package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the adapters do when requests fail and answers are lost, and which requests they make. */
@Tag("integration")
final class StorageFaultsIT {
    private static final String ID = "order-1";
    private static final WorkMessage MESSAGE = WorkMessage.start(ID, "e", WorkMessage.Base.NO_ROW);
    private static final FaultyWire.Fault LOST_ANSWER = new FaultyWire.Fault.LostAnswer();
    private static final FaultyWire.Fault UNAVAILABLE = new FaultyWire.Fault.Refused(503, Map.of());
    private static final FaultyWire.Fault TIMEOUT =
            new FaultyWire.Fault.LostRequest(new HttpTimeoutException("on purpose"));
    private static final FaultyWire.Fault RESET = new FaultyWire.Fault.LostRequest(new IOException("on purpose"));

    private final FaultyWire wire = new FaultyWire();
    private final String hub = AzuriteAccount.freshHub();
    private final StorageAccount account = AzuriteAccount.through(wire);
    private final InstanceStore instances = new TableInstanceStore(account, hub);
    private final WorkQueue queue = new StorageWorkQueue(account, hub);
    private final PayloadStore payloads = new BlobPayloadStore(account, hub);

    /** Makes the table, the queue and the container. */
    @BeforeEach
    void setUp() {
        assertThat(wire.requests()).as("requests of the construction").isEmpty();
        instances.write("first", List.of(new RowChange.InsertReceipt(new Receipt("first", "k", "e"))));
        queue.takeBack(queue.put(MESSAGE, Duration.ZERO));
        payloads.put("first", "{}");
        wire.requests();
    }

    // Writes of tables: once

    @Test
    void sendsAWriteOnceIfItsAnswerIsLost() {
        wire.next(1, LOST_ANSWER);
        fails(() -> insert(pending()), "Writing instance 'order-1'");
        assertThat(wire.requests()).singleElement().asString().endsWith("/$batch");
        assertThat(instances.findRow(ID)).map(Versioned::row).contains(pending());
    }

    @Test
    void sendsAWriteOnceIfItIsRefused() {
        for (FaultyWire.Fault fault : List.of(UNAVAILABLE, TIMEOUT, RESET)) {
            wire.next(1, fault);
            fails(() -> insert(pending()), "Writing instance 'order-1'");
            assertThat(wire.requests()).hasSize(1);
        }
        assertThat(instances.findRow(ID)).isEmpty();
    }

    @Test
    void sendsAWriteAgainOnlyWhereThereIsNoTable() {
        InstanceStore other = new TableInstanceStore(account, AzuriteAccount.freshHub());
        assertThat(other.findRow(ID)).isEmpty();
        assertThat(wire.requests()).hasSize(1);
        assertThat(other.write(ID, List.of(new RowChange.InsertInstance(pending()))))
                .isInstanceOf(WriteOutcome.Written.class);
        assertThat(wire.requests())
                .extracting(request -> request.substring(request.lastIndexOf('/')))
                .containsExactly("/$batch", "/Tables", "/$batch");
    }

    @Test
    void failsIfTheTableCannotBeMade() {
        InstanceStore other = new TableInstanceStore(account, "not-a-table-name");
        fails(() -> other.write(ID, List.of(new RowChange.InsertInstance(pending()))), "");
    }

    @Test
    void failsOnAnAnswerWithoutParts() {
        wire.next(1, new FaultyWire.Fault.Refused(202, Map.of()));
        fails(() -> insert(pending()), "Writing instance 'order-1'");
    }

    // Reads of tables: again

    @Test
    void readsAgainWhatFailed() {
        insert(pending());
        wire.requests();
        for (FaultyWire.Fault fault : List.of(UNAVAILABLE, LOST_ANSWER, RESET)) {
            wire.next(2, fault);
            assertThat(instances.findRow(ID)).map(Versioned::row).contains(pending());
            assertThat(wire.requests()).hasSize(3);
        }
    }

    @Test
    void readsAgainOnceWhatTookTooLong() {
        wire.next(1, TIMEOUT);
        assertThat(instances.load(ID).journal()).isEmpty();
        assertThat(wire.requests()).hasSize(2);

        wire.next(2, TIMEOUT);
        fails(() -> instances.load(ID), "Loading instance 'order-1'");
        assertThat(wire.requests()).hasSize(2);
    }

    @Test
    void givesUpReadingAfterFourTries() {
        wire.next(4, UNAVAILABLE);
        fails(() -> instances.findReceipt(ID, "k"), "Reading an answer of instance 'order-1'");
        assertThat(wire.requests()).hasSize(4);
        assertThat(instances.findReceipt(ID, "k")).isEmpty();
    }

    @Test
    void doesNotWaitForAsLongAsTheServiceLikes() {
        wire.next(1, new FaultyWire.Fault.Refused(503, Map.of("Retry-After", "3600")));
        fails(() -> instances.findRow(ID), "Reading instance 'order-1'");
        assertThat(wire.requests()).hasSize(1);
    }

    // Queues and blobs: again

    @Test
    void putsAMessageAgainIfTheAnswerIsLost() {
        wire.next(1, LOST_ANSWER);
        queue.put(MESSAGE, Duration.ZERO);
        assertThat(wire.requests()).hasSize(2);
        assertThat(account.queues()
                        .getQueueClient(hub + "-orchestrations")
                        .getProperties()
                        .getApproximateMessagesCountLong())
                .isEqualTo(2);
    }

    @Test
    void failsToPutAMessageAfterFourTries() {
        wire.next(4, UNAVAILABLE);
        fails(() -> queue.put(MESSAGE, Duration.ZERO), "Putting a message for instance 'order-1'");
        assertThat(wire.requests()).hasSize(4);
    }

    @Test
    void takesAMessageBackThoughTheAnswerWasLost() {
        WorkQueue.MessageReceipt receipt = queue.put(MESSAGE, Duration.ZERO);
        wire.next(1, LOST_ANSWER);
        queue.takeBack(receipt);

        wire.next(4, UNAVAILABLE);
        fails(() -> queue.takeBack(receipt), "Taking back message " + receipt.messageId());
    }

    @Test
    void takesBackNothingWhereThereIsNoQueue() {
        WorkQueue.MessageReceipt receipt = queue.put(MESSAGE, Duration.ZERO);
        new StorageWorkQueue(account, AzuriteAccount.freshHub()).takeBack(receipt);
    }

    @Test
    void storesAndReadsAndRemovesAPayloadAgain() {
        wire.next(1, LOST_ANSWER);
        payloads.put("name", "{\"a\":1}");
        wire.next(2, UNAVAILABLE);
        assertThat(payloads.get("name")).isEqualTo("{\"a\":1}");
        wire.next(1, LOST_ANSWER);
        payloads.delete("name");
        assertThatExceptionOfType(PayloadMissingException.class).isThrownBy(() -> payloads.get("name"));
    }

    @Test
    void failsToStoreAPayload() {
        wire.next(4, RESET);
        fails(() -> payloads.put("name", "{}"), "Storing payload name");
        wire.next(2, TIMEOUT);
        fails(() -> payloads.delete("name"), "Removing payload name");
    }

    // Requests

    @Test
    void makesOneRequestForEachCall() {
        insert(pending());
        instances.findRow(ID);
        instances.findReceipt(ID, "k");
        instances.load(ID);
        instances.loadWithoutJournal(ID);
        WorkQueue.MessageReceipt receipt = queue.put(MESSAGE, Duration.ofSeconds(3));
        queue.takeBack(receipt);
        payloads.put("name", "{}");
        payloads.get("name");
        payloads.delete("name");
        assertThat(wire.requests()).hasSize(10);
    }

    @Test
    void roundsDelaysUpToSeconds() {
        queue.put(MESSAGE, Duration.ofMillis(1));
        queue.put(MESSAGE, Duration.ofSeconds(2));
        queue.put(MESSAGE, Duration.ofDays(7));
        List<String> requests = wire.requests();
        assertThat(requests.get(0)).contains("visibilitytimeout=1&").contains("messagettl=-1");
        assertThat(requests.get(1)).contains("visibilitytimeout=2&");
        assertThat(requests.get(2)).contains("visibilitytimeout=604800&");
    }

    // Interrupts and precision

    @Test
    void leavesTheThreadInterrupted() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> insert(pending()),
                () -> instances.findRow(ID),
                () -> queue.put(MESSAGE, Duration.ZERO),
                () -> payloads.put("name", "{}"))) {
            Thread.currentThread().interrupt();
            fails(call, "");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void cutsTimesToTheTablesPrecision() {
        Instant fine = Instant.parse("2026-11-22T20:00:00.123456789Z");
        insert(InstanceRow.pending(new ExecutionKey(ID, "e", 0), "Order", null, null, fine, "c1"));
        assertThat(instances.findRow(ID).orElseThrow().row().createdAt())
                .isEqualTo(Instant.parse("2026-11-22T20:00:00.123456700Z"));
    }

    @Test
    void callsThePoliciesOfEachCallOnce() {
        CallCounter calls = new CallCounter();
        StorageAccount counted = AzuriteAccount.through(calls, wire);
        wire.next(2, UNAVAILABLE);
        new TableInstanceStore(counted, hub).findRow(ID);
        wire.next(2, UNAVAILABLE);
        new StorageWorkQueue(counted, hub).put(MESSAGE, Duration.ZERO);
        wire.next(2, UNAVAILABLE);
        new BlobPayloadStore(counted, hub).put("name", "{}");
        assertThat(calls.count()).isEqualTo(3);
        assertThat(wire.requests()).hasSize(9);
    }

    private void insert(InstanceRow row) {
        assertThat(instances.write(ID, List.of(new RowChange.InsertInstance(row))))
                .isInstanceOf(WriteOutcome.Written.class);
    }

    private static InstanceRow pending() {
        Instant now = Instant.parse("2026-11-22T20:00:00Z");
        return InstanceRow.pending(new ExecutionKey(ID, "e", 0), "Order", null, null, now, "c1");
    }

    private static void fails(ThrowingCallable call, String message) {
        assertThatExceptionOfType(StorageException.class).isThrownBy(call).withMessageContaining(message);
    }
}
