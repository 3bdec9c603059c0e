package dev.soliton.examples;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlobInputStream;
import com.azure.storage.blob.specialized.BlockBlobClient;
import java.io.InputStream;
import java.util.function.Supplier;

/** The blobs of imports: the catalogs that are read, and what an import leaves behind. */
final class CatalogBlobs {
    private static final String UPLOADS = "catalog-uploads";
    private static final String SUMMARIES = "catalog-summaries";

    private final Supplier<BlobServiceClient> service;

    CatalogBlobs(Supplier<BlobServiceClient> service) {
        this.service = service;
    }

    /** Where the CSV goes that came inline with an execution. */
    static BlobName upload(String execution) {
        return new BlobName(UPLOADS, execution + ".csv");
    }

    /** Where the summary of an execution goes. */
    static BlobName summary(String supplier, String execution) {
        return new BlobName(SUMMARIES, supplier + "/" + execution + ".json");
    }

    /** Where the list of all rows goes that an execution rejected. */
    static BlobName rejectedReport(String supplier, String execution) {
        return new BlobName(SUMMARIES, supplier + "/" + execution + "-rejected.csv");
    }

    /**
     * A blob, opened.
     *
     * @param version the version that the stream gives, all of it
     * @param stream fails rather than going on with another version
     */
    record Source(BlobVersion version, InputStream stream) {}

    /**
     * Opens a blob as it is now.
     *
     * @throws ImportException if it is not there
     */
    Source open(BlobName name) {
        try {
            BlobInputStream stream = client(name).openInputStream();
            return new Source(new BlobVersion(name, stream.getProperties().getETag()), stream);
        } catch (BlobStorageException e) {
            throw explained(name, e);
        }
    }

    /**
     * Opens a part of a version of a blob.
     *
     * @throws ImportException if that version is not there any more
     */
    InputStream openRange(BlobVersion version, long offset, long length) {
        try {
            return client(version.name())
                    .openInputStream(
                            new BlobRange(offset, length), new BlobRequestConditions().setIfMatch(version.etag()));
        } catch (BlobStorageException e) {
            throw explained(version.name(), e);
        }
    }

    /** Writes a blob unless it is there already. */
    void create(BlobName name, String contentType, byte[] content) {
        try {
            put(name, contentType, content, new BlobRequestConditions().setIfNoneMatch("*"));
        } catch (BlobStorageException e) {
            if (!BlobErrorCode.BLOB_ALREADY_EXISTS.equals(e.getErrorCode())) {
                throw e;
            }
        }
    }

    /** Writes a blob, over what is there. */
    void write(BlobName name, String contentType, byte[] content) {
        put(name, contentType, content, new BlobRequestConditions());
    }

    /** What a failure to read a blob comes down to: an {@link ImportException} where that is known. */
    static RuntimeException explained(BlobName name, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BlobStorageException storage) {
                return explained(name, storage);
            }
        }
        return failure;
    }

    private static RuntimeException explained(BlobName name, BlobStorageException failure) {
        BlobErrorCode code = failure.getErrorCode();
        if (BlobErrorCode.CONTAINER_NOT_FOUND.equals(code)) {
            return new ImportException("There is no container '" + name.container() + "'.", failure);
        }
        if (BlobErrorCode.BLOB_NOT_FOUND.equals(code)) {
            return new ImportException(
                    "There is no blob '" + name.blob() + "' in the container '" + name.container() + "'.", failure);
        }
        if (BlobErrorCode.CONDITION_NOT_MET.equals(code)) {
            return new ImportException(
                    "The blob '" + name
                            + "' changed, or was deleted, while it was being imported. Some of the products of the earlier"
                            + " version may be in the table already; import the new version to replace them.",
                    failure);
        }
        return failure;
    }

    private void put(BlobName name, String contentType, byte[] content, BlobRequestConditions conditions) {
        BlobContainerClient container = service.get().createBlobContainerIfNotExists(name.container());
        // One request, so that the blob is there whole or not at all.
        BlockBlobClient blob = container.getBlobClient(name.blob()).getBlockBlobClient();
        blob.uploadWithResponse(
                new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
                        .setHeaders(new BlobHttpHeaders().setContentType(contentType))
                        .setRequestConditions(conditions),
                null,
                Context.NONE);
    }

    private BlockBlobClient client(BlobName name) {
        if (Containers.isReserved(name.container())) {
            throw new ImportException("The container '" + name.container() + "' is not for catalogs.", null);
        }
        return service.get()
                .getBlobContainerClient(name.container())
                .getBlobClient(name.blob())
                .getBlockBlobClient();
    }
}
