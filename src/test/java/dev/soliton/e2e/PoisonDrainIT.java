package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueStorageException;
import dev.soliton.azure.StorageAccount;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An app that cannot be built fails the messages of both its queues. */
@Tag("integration")
final class PoisonDrainIT {
    private static final Map<String, String> FAILING_SOON = Map.of(
            "AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "2",
            "AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:00:00");

    @Test
    void messageThatThePoisonDrainFailedForIsPutAgainOnceTheSettingIsRight() {
        try (Hub hub = new Hub()) {
            String storage = Hub.azurite().connectionString();
            Caller accepting = hub.host(storage, Map.of("AzureWebJobs.Orchestrator.Disabled", "true"));
            accepting.startFresh("HelloCities", "poisoned", null);
            accepting.host().stop();

            Map<String, String> unusable = new HashMap<>(FAILING_SOON);
            unusable.put("SOLITON_MAX_PAYLOAD", "much");
            Caller broken = hub.host(storage, unusable);
            Hub.await(
                    "the last failure that counts, and one after the end of its lease",
                    () -> hub.output().stream()
                                    .filter(line -> line.contains("Executed 'Functions.PoisonedMessages' (Failed"))
                                    .count()
                            >= 3);
            assertThat(broken.status("poisoned").code()).isEqualTo(500);
            broken.host().kill();
            assertThat(count(hub, "-orchestrations")).isZero();
            assertThat(count(hub, "-orchestrations-poison")).isEqualTo(1);

            Caller mended = hub.host(storage, FAILING_SOON);
            Hub.await("the message in the queue again", () -> count(hub, "-orchestrations-poison") == 0);
            assertThat(hub.output()).anyMatch(line -> line.contains("message requeued instanceId=\"poisoned\""));
            assertThat(count(hub, "-orchestrations")).isEqualTo(1);
            assertThat(mended.status("poisoned").text("runtimeStatus")).isEqualTo("Pending");
        }
    }

    /** How many messages a queue has, hidden ones too. */
    private static int count(Hub hub, String queue) {
        QueueClient client = StorageAccount.of(
                        Map.of("AzureWebJobsStorage", Hub.azurite().connectionString()))
                .queues()
                .getQueueClient(hub.name() + queue);
        try {
            return (int) client.getProperties().getApproximateMessagesCountLong();
        } catch (QueueStorageException notThere) {
            return 0;
        }
    }
}
