package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.PayloadStore;
import dev.soliton.store.PayloadStoreContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
final class BlobPayloadStoreIT extends PayloadStoreContract {
    @Override
    protected PayloadStore emptyStore() {
        return new BlobPayloadStore(AzuriteAccount.shared(), AzuriteAccount.freshHub());
    }

    @Test
    void blobHasTheContentTypeOfJson() {
        String hub = AzuriteAccount.freshHub();
        new BlobPayloadStore(AzuriteAccount.shared(), hub).put("folder/name.json", "{}");
        assertThat(AzuriteAccount.shared()
                        .blobs()
                        .getBlobContainerClient(hub + "-payloads")
                        .getBlobClient("folder/name.json")
                        .getProperties()
                        .getContentType())
                .isEqualTo("application/json; charset=utf-8");
    }
}
