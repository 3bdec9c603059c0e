package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WorkQueueContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
final class StorageWorkQueueIT extends WorkQueueContract {
    private static final long DEADLINE_NANOS = Duration.ofMinutes(1).toNanos();

    @Override
    protected Tested emptyQueue() {
        String hub = AzuriteAccount.freshHub();
        QueueClient client = AzuriteAccount.shared().queues().getQueueClient(hub + "-orchestrations");
        return new OnAzurite(new StorageWorkQueue(AzuriteAccount.shared(), hub), client);
    }

    @Test
    void putsPlainTextThatNeverExpires() {
        String hub = AzuriteAccount.freshHub();
        WorkMessage message = WorkMessage.start("<ä>", "e", WorkMessage.Base.NO_ROW);
        new StorageWorkQueue(AzuriteAccount.shared(), hub).put(message, Duration.ZERO);
        QueueMessageItem received = AzuriteAccount.shared()
                .queues()
                .getQueueClient(hub + "-orchestrations")
                .receiveMessage();
        assertThat(received.getBody().toString())
                .isEqualTo("{\"instanceId\":\"<\\u00E4>\",\"executionId\":\"e\",\"reason\":\"start\","
                        + "\"base\":{\"etag\":\"\"}}");
        assertThat(received.getExpirationTime().getYear()).isGreaterThan(9_000);
    }

    private record OnAzurite(WorkQueue queue, QueueClient client) implements Tested {

        @Override
        public List<WorkMessage> receive(int messages) {
            List<WorkMessage> received = new ArrayList<>();
            while (received.size() < messages) {
                QueueMessageItem item = await(Duration.ofMinutes(5));
                client.deleteMessage(item.getMessageId(), item.getPopReceipt());
                received.add(WorkMessageJson.parse(item.getBody().toString()));
            }
            return received;
        }

        @Override
        public boolean isAnyVisible() {
            client.createIfNotExists(); // a queue that nothing was put into is not there
            return client.peekMessage() != null;
        }

        @Override
        public void receiveAndFail() {
            QueueMessageItem item = await(Duration.ofMinutes(5));
            client.updateMessage(
                    item.getMessageId(), item.getPopReceipt(), item.getBody().toString(), Duration.ZERO);
        }

        @Override
        public void elapse(Duration time) {
            // Azurite's time elapses by itself, and to receive waits for it.
        }

        private QueueMessageItem await(Duration hidden) {
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < DEADLINE_NANOS) {
                Optional<QueueMessageItem> item = client.receiveMessages(1, hidden, null, Context.NONE).stream()
                        .findFirst();
                if (item.isPresent()) {
                    return item.get();
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
            throw new AssertionError("No message came within a minute.");
        }
    }
}
