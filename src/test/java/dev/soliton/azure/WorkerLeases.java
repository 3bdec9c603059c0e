package dev.soliton.azure;

import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.LeaseStateType;
import com.azure.storage.blob.options.BlobBreakLeaseOptions;
import com.azure.storage.blob.specialized.BlobLeaseClientBuilder;
import java.time.Duration;

/** The leases of workers, as a test ends them that does not want to wait for that. */
public final class WorkerLeases {
    private WorkerLeases() {}

    /** Ends the lease of a worker, as if its time had come. */
    static void end(StorageAccount account, String hub, String worker) {
        new BlobLeaseClientBuilder()
                .blobClient(container(account, hub).getBlobClient(worker))
                .buildClient()
                .breakLeaseWithResponse(new BlobBreakLeaseOptions().setBreakPeriod(Duration.ZERO), null, Context.NONE);
    }

    /** Ends the leases of all workers of a hub. */
    public static void endAll(StorageAccount account, String hub) {
        for (BlobItem worker : container(account, hub).listBlobs()) {
            if (LeaseStateType.LEASED.equals(worker.getProperties().getLeaseState())) {
                end(account, hub, worker.getName());
            }
        }
    }

    /** Whether a worker holds a lease; one that has left does not. */
    public static boolean isLeased(StorageAccount account, String hub, String worker) {
        for (BlobItem record : container(account, hub).listBlobs()) {
            if (record.getName().equals(worker)) {
                return LeaseStateType.LEASED.equals(record.getProperties().getLeaseState());
            }
        }
        return false;
    }

    private static BlobContainerClient container(StorageAccount account, String hub) {
        return account.blobs().getBlobContainerClient(hub + "-workers");
    }
}
