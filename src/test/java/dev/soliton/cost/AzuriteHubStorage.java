package dev.soliton.cost;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import dev.soliton.azure.AzuriteAccount;
import dev.soliton.azure.BlobPayloadStore;
import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.StorageWorkQueue;
import dev.soliton.azure.TableInstanceStore;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.MalformedMessageException;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import dev.soliton.store.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A hub in Azurite, through the real adapters; what is counted are the requests that leave the clients.
 *
 * <p>A delayed message is there when the clock of the test says so: it is made visible in time for that.
 */
final class AzuriteHubStorage implements HubStorage {
    private static final Duration LEASE = Duration.ofMinutes(10);

    private final Bill bill = new Bill();
    private final InstantSource clock;
    private final InstanceStore instances;
    private final WorkQueue queue;
    private final PayloadStore values;
    private final QueueClient receiver;
    private final Map<WorkQueue.MessageReceipt, Delayed> delayed = new HashMap<>();

    /** A message that nobody can receive yet. */
    private record Delayed(String text, Instant until) {}

    AzuriteHubStorage(InstantSource clock) {
        this.clock = clock;
        String hub = AzuriteAccount.freshHub();
        StorageAccount counted = AzuriteAccount.through(new Counter());
        this.instances = new TableInstanceStore(counted, hub);
        this.queue = new StorageWorkQueue(counted, hub);
        this.values = new BlobPayloadStore(counted, hub);
        StorageAccount uncounted = AzuriteAccount.shared();
        this.receiver = uncounted.queues().createQueue(hub + "-orchestrations");
        uncounted.tables().createTable(hub + "Instances");
        uncounted.blobs().createBlobContainer(hub + "-payloads");
    }

    @Override
    public InstanceStore instances() {
        return instances;
    }

    @Override
    public WorkQueue queue() {
        return new WorkQueue() {
            @Override
            public MessageReceipt put(WorkMessage message, Duration delay) {
                MessageReceipt receipt = queue.put(message, delay);
                if (!delay.isZero()) {
                    delay(message, receipt, delay);
                }
                return receipt;
            }

            @Override
            public void takeBack(MessageReceipt receipt) {
                queue.takeBack(receipt);
            }
        };
    }

    private synchronized void delay(WorkMessage message, WorkQueue.MessageReceipt receipt, Duration delay) {
        Instant until = clock.instant().plusSeconds(delay.plusNanos(999_999_999).toSeconds());
        delayed.put(receipt, new Delayed(WorkMessageJson.write(message), until));
    }

    @Override
    public PayloadStore values() {
        return values;
    }

    @Override
    public Bill bill() {
        return bill;
    }

    @Override
    public synchronized Optional<Received> receive() {
        showWhatIsDue();
        QueueMessageItem item = receiver.receiveMessages(1, LEASE, null, Context.NONE).stream()
                .findFirst()
                .orElse(null);
        if (item == null) {
            return Optional.empty();
        }
        bill.add(Request.RECEIVE);
        try {
            return Optional.of(new Received(
                    WorkMessageJson.parse(item.getBody().toString()),
                    new WorkQueue.MessageReceipt(item.getMessageId(), item.getPopReceipt()),
                    item.getDequeueCount()));
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private void showWhatIsDue() {
        for (Map.Entry<WorkQueue.MessageReceipt, Delayed> entry :
                Map.copyOf(delayed).entrySet()) {
            Delayed message = entry.getValue();
            if (!message.until().isAfter(clock.instant())) {
                WorkQueue.MessageReceipt receipt = entry.getKey();
                receiver.updateMessage(receipt.messageId(), receipt.popReceipt(), message.text(), Duration.ZERO);
                delayed.remove(receipt);
            }
        }
    }

    @Override
    public void delete(Received received) {
        bill.add(Request.DELETE);
        receiver.deleteMessage(
                received.receipt().messageId(), received.receipt().popReceipt());
    }

    @Override
    public synchronized Optional<Instant> nextDelayed() {
        return delayed.values().stream().map(Delayed::until).min(Comparator.naturalOrder());
    }

    /** Says of each call of a client, with all its tries, what it is. */
    private final class Counter extends HttpPipelineSyncPolicy {
        @Override
        public HttpPipelinePosition getPipelinePosition() {
            return HttpPipelinePosition.PER_CALL;
        }

        @Override
        protected void beforeSendingRequest(HttpPipelineCallContext context) {
            bill.add(kind(context.getHttpRequest()));
        }

        private Request kind(HttpRequest request) {
            String path = request.getUrl().getPath();
            HttpMethod method = request.getHttpMethod();
            if (path.contains("/$batch")) {
                return Request.WRITE;
            }
            if (path.contains("Instances()") && method == HttpMethod.GET) {
                return Request.READ;
            }
            if (path.contains("-orchestrations/messages")) {
                return method == HttpMethod.POST ? Request.PUT : Request.DELETE;
            }
            if (path.contains("-payloads/")) {
                return method == HttpMethod.GET
                        ? Request.READ_VALUE
                        : method == HttpMethod.PUT ? Request.STORE_VALUE : Request.REMOVE_VALUE;
            }
            return Request.OTHER;
        }
    }
}
