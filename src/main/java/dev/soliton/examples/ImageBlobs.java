package dev.soliton.examples;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import dev.soliton.orchestration.NonRetriableException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The blobs of {@link ParallelThumbnails}: images, and what is made of them. */
final class ImageBlobs {
    /** What one image may have, in bytes: it is held in memory, beside those of other activities. */
    static final long MAX_BYTES = 50L << 20;

    private final Supplier<BlobServiceClient> service;

    ImageBlobs(Supplier<BlobServiceClient> service) {
        this.service = service;
    }

    /**
     * The names of the images in a place: those that end like a PNG or a JPEG.
     *
     * @throws NonRetriableException if there is no such container, or there are more than {@code limit} images
     */
    List<String> list(BlobName place, int limit) {
        refuseReserved(place);
        List<String> names = new ArrayList<>();
        try {
            for (BlobItem blob : service.get()
                    .getBlobContainerClient(place.container())
                    .listBlobs(new ListBlobsOptions().setPrefix(place.blob()), null)) {
                if (Thumbnail.isImage(blob.getName())) {
                    names.add(blob.getName());
                }
                if (names.size() > limit) {
                    throw new NonRetriableException(
                            "There are more than " + limit + " images under '" + place + "'; take a longer 'prefix'.");
                }
            }
        } catch (BlobStorageException e) {
            throw explained(place, e);
        }
        return names;
    }

    /**
     * The content of an image.
     *
     * @throws NonRetriableException if it is not there, or too large
     */
    byte[] read(BlobName name) {
        refuseReserved(name);
        BlockBlobClient blob = client(name);
        try {
            long size = blob.getProperties().getBlobSize();
            if (size > MAX_BYTES) {
                throw new NonRetriableException("The image has " + size + " bytes; " + MAX_BYTES + " are possible.");
            }
            return blob.downloadContent().toBytes();
        } catch (BlobStorageException e) {
            throw explained(name, e);
        }
    }

    /** Writes a thumbnail, over what is there. */
    void write(BlobName name, String contentType, byte[] content) {
        refuseReserved(name);
        service.get().createBlobContainerIfNotExists(name.container());
        client(name)
                .uploadWithResponse(
                        new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
                                .setHeaders(new BlobHttpHeaders().setContentType(contentType)),
                        null,
                        Context.NONE);
    }

    private static RuntimeException explained(BlobName name, BlobStorageException failure) {
        BlobErrorCode code = failure.getErrorCode();
        if (BlobErrorCode.CONTAINER_NOT_FOUND.equals(code)) {
            return new NonRetriableException("There is no container '" + name.container() + "'.", failure);
        }
        if (BlobErrorCode.BLOB_NOT_FOUND.equals(code)) {
            return new NonRetriableException("There is no blob '" + name + "' any more.", failure);
        }
        return failure;
    }

    private static void refuseReserved(BlobName name) {
        if (Containers.isReserved(name.container())) {
            throw new NonRetriableException("The container '" + name.container() + "' is not for images.");
        }
    }

    private BlockBlobClient client(BlobName name) {
        return service.get()
                .getBlobContainerClient(name.container())
                .getBlobClient(name.blob())
                .getBlockBlobClient();
    }
}
