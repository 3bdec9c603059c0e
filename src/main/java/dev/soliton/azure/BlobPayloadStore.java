package dev.soliton.azure;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The payload store in a blob container, which is created by the first payload that misses it. */
public final class BlobPayloadStore implements PayloadStore {
    private static final String CONTENT_TYPE = "application/json; charset=utf-8";

    private final BlobContainerClient container;

    /**
     * Keeps the payloads of a hub.
     *
     * @param hub what the container's name begins with
     */
    public BlobPayloadStore(StorageAccount account, String hub) {
        container = account.blobs().getBlobContainerClient(hub + "-payloads");
    }

    @Override
    public void put(String name, String json) {
        try {
            upload(name, json);
            return;
        } catch (BlobStorageException e) {
            if (!BlobErrorCode.CONTAINER_NOT_FOUND.equals(e.getErrorCode())) {
                throw StorageFailures.of("Storing payload " + name, e);
            }
        } catch (RuntimeException e) {
            throw StorageFailures.of("Storing payload " + name, e);
        }
        try {
            container.createIfNotExists();
            upload(name, json);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Storing payload " + name, e);
        }
    }

    private void upload(String name, String json) {
        // One request whatever the size: the whole blob is there, or nothing.
        BinaryData body = BinaryData.fromBytes(json.getBytes(StandardCharsets.UTF_8));
        BlockBlobSimpleUploadOptions options =
                new BlockBlobSimpleUploadOptions(body).setHeaders(new BlobHttpHeaders().setContentType(CONTENT_TYPE));
        container.getBlobClient(name).getBlockBlobClient().uploadWithResponse(options, null, Context.NONE);
    }

    @Override
    public String get(String name) {
        DownloadRetryOptions oneMore = new DownloadRetryOptions().setMaxRetryRequests(1);
        try {
            return container
                    .getBlobClient(name)
                    .downloadContentWithResponse(oneMore, null, null, Context.NONE)
                    .getValue()
                    .toString();
        } catch (BlobStorageException e) {
            if (StorageFailures.isMissing(e)) {
                throw new PayloadMissingException(name);
            }
            throw StorageFailures.of("Reading payload " + name, e);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Reading payload " + name, e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            container.getBlobClient(name).deleteIfExists();
        } catch (RuntimeException e) {
            throw StorageFailures.of("Removing payload " + name, e);
        }
    }

    @Override
    public void deleteAll(String folder) {
        try {
            ListBlobsOptions ofFolder = new ListBlobsOptions().setPrefix(folder + "/");
            List<String> names = container.listBlobs(ofFolder, null).stream()
                    .map(BlobItem::getName)
                    .toList();
            names.forEach(this::delete);
        } catch (BlobStorageException e) {
            if (!BlobErrorCode.CONTAINER_NOT_FOUND.equals(e.getErrorCode())) {
                throw StorageFailures.of("Removing payloads of " + folder, e);
            }
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw StorageFailures.of("Removing payloads of " + folder, e);
        }
    }
}
