package dev.soliton.azure;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobLeaseRequestConditions;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.LeaseStatusType;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlobAcquireLeaseOptions;
import com.azure.storage.blob.options.BlobRenewLeaseOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlobLeaseClient;
import com.azure.storage.blob.specialized.BlobLeaseClientBuilder;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The worker records as blobs of a container, which is created by the first worker that misses it. A worker lives as
 * long as its blob is leased; the mark is the metadata {@code dead}.
 *
 * <p>Leases change neither the content nor the ETag of a blob, and a mark changes the ETag. So every lease operation of
 * a worker is conditional on the first ETag of its blob: the lease of a marked blob can be neither taken nor renewed.
 *
 * <p>The class is longer than 300 lines: each answer of the service to each request is told apart here.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/storageservices/lease-blob">Lease Blob</a>
 */
public final class BlobWorkerStore implements WorkerStore {
    private static final String MARK = "dead";
    private static final String VANISHED = "vanished";
    private static final String LEFT = "left";

    /**
     * How long a worker waits for the answer when it takes or renews a lease, before it sends the request again. It
     * renews its lease every 10 s and trusts it for 16.7 s: that has to leave room for a second try.
     */
    static final Duration ANSWER = Duration.ofSeconds(3);

    /** The limit of one request, as the HTTP clients of the Azure SDK read it. */
    private static final Context SOON = new Context("azure-response-timeout", ANSWER);

    private final BlobContainerClient container;

    /**
     * Keeps the workers of a hub.
     *
     * @param hub what the container's name begins with
     */
    public BlobWorkerStore(StorageAccount account, String hub) {
        container = account.blobs().getBlobContainerClient(hub + "-workers");
    }

    /** A lease, and the ETag of its blob. */
    private record Lease(String id, String etag) {
        static Lease of(String text) {
            int end = text.indexOf(' ');
            return new Lease(text.substring(0, end), text.substring(end + 1));
        }

        @Override
        public String toString() {
            return id + " " + etag;
        }

        BlobLeaseRequestConditions unmarked() {
            return new BlobLeaseRequestConditions().setIfMatch(etag);
        }
    }

    @Override
    public String register(String worker, Duration lease) {
        // Named after the worker: a request that is sent twice takes one lease.
        UUID id = UUID.nameUUIDFromBytes(worker.getBytes(StandardCharsets.UTF_8));
        return attempt("Enlisting worker " + worker, () -> {
            Lease taken = new Lease(id.toString(), create(worker));
            leasing(worker, taken.id())
                    .acquireLeaseWithResponse(
                            new BlobAcquireLeaseOptions((int) lease.toSeconds()).setRequestConditions(taken.unmarked()),
                            null,
                            SOON);
            return taken.toString();
        });
    }

    /** Creates the blob, and returns its ETag. */
    private String create(String worker) {
        try {
            return upload(worker);
        } catch (BlobStorageException e) {
            if (!BlobErrorCode.CONTAINER_NOT_FOUND.equals(e.getErrorCode())) {
                throw e;
            }
        }
        container.createIfNotExists();
        return upload(worker);
    }

    private String upload(String worker) {
        BlobClient blob = container.getBlobClient(worker);
        BlockBlobSimpleUploadOptions onlyNew = new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(new byte[0]))
                .setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
        try {
            return blob.getBlockBlobClient()
                    .uploadWithResponse(onlyNew, null, Context.NONE)
                    .getValue()
                    .getETag();
        } catch (BlobStorageException e) {
            if (!BlobErrorCode.BLOB_ALREADY_EXISTS.equals(e.getErrorCode())) {
                throw e;
            }
        }
        // The name is used once, so this same request was sent twice. In between another process may have found the
        // blob.
        BlobProperties found = blob.getProperties();
        if (state(found.getMetadata(), found.getLeaseStatus()) != WorkerState.UNLEASED) {
            throw new StorageException("The record of worker " + worker + " was found before it was leased.", null);
        }
        return found.getETag();
    }

    @Override
    public boolean renew(String worker, String leaseId) {
        Lease lease = Lease.of(leaseId);
        return attempt("Renewing the lease of worker " + worker, () -> {
            try {
                leasing(worker, lease.id())
                        .renewLeaseWithResponse(
                                new BlobRenewLeaseOptions().setRequestConditions(lease.unmarked()), null, SOON);
                return true;
            } catch (BlobStorageException e) {
                if (isRefused(e)) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public void markDrained(String worker, String leaseId) {
        Lease lease = Lease.of(leaseId);
        attempt("Marking worker " + worker, () -> mark(worker, lease.id(), LEFT) || markAnew(worker, lease));
    }

    /** Marks a blob whose lease has run out, if nobody has marked it yet: its lease can still be taken. */
    private boolean markAnew(String worker, Lease lease) {
        try {
            leasing(worker, lease.id())
                    .acquireLeaseWithResponse(
                            new BlobAcquireLeaseOptions((int) SHORTEST_LEASE.toSeconds())
                                    .setRequestConditions(lease.unmarked()),
                            null,
                            SOON);
        } catch (BlobStorageException e) {
            if (isRefused(e)) {
                return false;
            }
            throw e;
        }
        return mark(worker, lease.id(), LEFT);
    }

    @Override
    public void deregister(String worker, String leaseId) {
        BlobRequestConditions leased =
                new BlobRequestConditions().setLeaseId(Lease.of(leaseId).id());
        attempt("Removing worker " + worker, () -> remove(worker, leased));
    }

    @Override
    public WorkerState stateOf(String worker) {
        return attempt("Looking at worker " + worker, () -> read(worker));
    }

    @Override
    public Optional<WorkerRecord> find(String worker) {
        return attempt("Looking at worker " + worker, () -> record(worker));
    }

    private WorkerState read(String worker) {
        return record(worker).map(WorkerRecord::state).orElse(WorkerState.ABSENT);
    }

    private Optional<WorkerRecord> record(String worker) {
        try {
            BlobProperties blob = container.getBlobClient(worker).getProperties();
            return Optional.of(new WorkerRecord(
                    worker,
                    state(blob.getMetadata(), blob.getLeaseStatus()),
                    blob.getLastModified().toInstant()));
        } catch (BlobStorageException e) {
            if (StorageFailures.isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static WorkerState state(@Nullable Map<String, String> metadata, LeaseStatusType lease) {
        String mark = metadata == null ? null : metadata.get(MARK);
        if (mark != null) {
            return mark.equals(LEFT) ? WorkerState.DRAINED : WorkerState.EXPIRED;
        }
        return LeaseStatusType.LOCKED.equals(lease) ? WorkerState.LIVE : WorkerState.UNLEASED;
    }

    @Override
    public boolean tryDeclareDead(String worker) {
        return attempt("Declaring worker " + worker + " dead", () -> {
            // The client chooses a fresh lease ID.
            BlobLeaseClient lease = leasing(worker, null);
            try {
                lease.acquireLease((int) SHORTEST_LEASE.toSeconds());
            } catch (BlobStorageException e) {
                if (isRefused(e)) {
                    return read(worker).isDead();
                }
                throw e;
            }
            return read(worker).isDead() || mark(worker, lease.getLeaseId(), VANISHED);
        });
    }

    /** Marks a blob under its lease, and releases the lease; no if the lease was lost. */
    private boolean mark(String worker, String leaseId, String mark) {
        try {
            container
                    .getBlobClient(worker)
                    .setMetadataWithResponse(
                            Map.of(MARK, mark), new BlobRequestConditions().setLeaseId(leaseId), null, Context.NONE);
        } catch (BlobStorageException e) {
            if (isRefused(e)) {
                return read(worker).isDead();
            }
            throw e;
        }
        try {
            leasing(worker, leaseId).releaseLease();
        } catch (BlobStorageException harmless) {
            // The lease runs out by itself.
        }
        return true;
    }

    @Override
    public List<WorkerRecord> list() {
        return attempt("Listing the workers", () -> {
            List<WorkerRecord> workers = new ArrayList<>();
            ListBlobsOptions options =
                    new ListBlobsOptions().setDetails(new BlobListDetails().setRetrieveMetadata(true));
            try {
                for (BlobItem blob : container.listBlobs(options, null)) {
                    workers.add(new WorkerRecord(
                            blob.getName(),
                            state(blob.getMetadata(), blob.getProperties().getLeaseStatus()),
                            blob.getProperties().getLastModified().toInstant()));
                }
            } catch (BlobStorageException e) {
                if (!StorageFailures.isMissing(e)) {
                    throw e;
                }
            }
            return workers;
        });
    }

    @Override
    public void remove(String worker) {
        attempt("Removing worker " + worker, () -> remove(worker, null));
    }

    /** Removes a blob; one that is leased under another ID stays. */
    private boolean remove(String worker, @Nullable BlobRequestConditions conditions) {
        try {
            container.getBlobClient(worker).deleteWithResponse(null, conditions, null, Context.NONE);
            return true;
        } catch (BlobStorageException e) {
            if (isRefused(e)) {
                return false;
            }
            throw e;
        }
    }

    private BlobLeaseClient leasing(String worker, @Nullable String leaseId) {
        return new BlobLeaseClientBuilder()
                .blobClient(container.getBlobClient(worker))
                .leaseId(leaseId)
                .buildClient();
    }

    /** Whether the service itself says that the blob is not there, or has another lease or ETag. */
    private static boolean isRefused(BlobStorageException e) {
        return StorageFailures.isMissing(e)
                || (e.getErrorCode() != null && (e.getStatusCode() == 409 || e.getStatusCode() == 412));
    }

    private static <T> T attempt(String what, Supplier<T> request) {
        try {
            return request.get();
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw StorageFailures.of(what, e);
        }
    }
}
