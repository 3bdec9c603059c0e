package dev.soliton.local.host;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobStorageException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.ZonedDateTime;
import java.util.Optional;

/** The blob that remembers a timer's status while no host runs. */
final class TimerMonitor {

    private final BlobContainerClient container;
    private final BlobClient blob;

    TimerMonitor(BlobContainerClient container, String hostId, String function) {
        this.container = container;
        this.blob = container.getBlobClient("timers/" + hostId + "/Host." + function + "/status");
    }

    Optional<TimerStatus> read() {
        try {
            JsonNode json = new ObjectMapper().readTree(blob.downloadContent().toString());
            String last = json.path("Last").asText();
            return Optional.of(new TimerStatus(
                    TimerPayload.isNever(last) ? null : ZonedDateTime.parse(last),
                    ZonedDateTime.parse(json.path("Next").asText()),
                    ZonedDateTime.parse(json.path("LastUpdated").asText())));
        } catch (BlobStorageException e) {
            if (e.getStatusCode() == 404) {
                return Optional.empty();
            }
            throw e;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The status in " + blob.getBlobName() + " is unreadable.", e);
        }
    }

    void write(TimerStatus status) {
        container.createIfNotExists();
        blob.upload(BinaryData.fromString(TimerPayload.json(status).toString()), true);
    }
}
