package dev.soliton.local.host;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.options.BlobRenewLeaseOptions;
import com.azure.storage.blob.specialized.BlobLeaseClient;
import com.azure.storage.blob.specialized.BlobLeaseClientBuilder;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A blob lease that lets a listener run in one host only of those with the same id and storage.
 *
 * <p>Whoever has it renews it at half its length; who has not tries again at the recovery interval. A host that dies keeps
 * it for what is left of the lease. One that cannot renew gives up when the lease must have ended.
 */
final class ListenerLock {

    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);

    private final BlobContainerClient container;
    private final BlobClient blob;
    private final BlobLeaseClient lease;
    private final HostJson.Singleton options;
    private final ScheduledExecutorService scheduler;
    private final Console console;
    private boolean held;
    private boolean released;
    private long renewedAt;

    ListenerLock(
            BlobContainerClient container,
            String hostId,
            String function,
            HostJson.Singleton options,
            ScheduledExecutorService scheduler,
            Console console) {
        this.container = container;
        this.blob = container.getBlobClient("locks/" + hostId + "/Host." + function + ".Listener");
        this.lease = new BlobLeaseClientBuilder().blobClient(blob).buildClient();
        this.options = options;
        this.scheduler = scheduler;
        this.console = console;
    }

    /** Gets the lock, now or when it can, and says so each time it is got and lost. */
    void pursue(Runnable got, Runnable lost) {
        boolean acquired;
        synchronized (this) {
            acquired = !released && tryAcquire();
        }
        if (acquired) {
            later(() -> renew(got, lost), options.listenerLockPeriod().dividedBy(2));
            got.run();
        } else if (!isReleased()) {
            later(() -> pursue(got, lost), options.recoveryPollingInterval());
        }
    }

    private synchronized boolean isReleased() {
        return released;
    }

    /** Gives the lock back, for good. */
    synchronized void release() {
        released = true;
        if (held) {
            held = false;
            try {
                lease.releaseLease();
            } catch (RuntimeException e) {
                trouble("release", e); // it ends by itself
            }
        }
    }

    private boolean tryAcquire() {
        long now = System.nanoTime();
        try {
            container.createIfNotExists();
            if (!blob.exists()) {
                blob.upload(BinaryData.fromString(""), false);
            }
            lease.acquireLease((int) options.listenerLockPeriod().toSeconds());
            renewedAt = now;
            held = true;
        } catch (BlobStorageException e) {
            if (e.getStatusCode() != 409 && e.getStatusCode() != 412) { // which say that another host has it
                trouble("acquire", e);
            }
        } catch (RuntimeException e) {
            trouble("acquire", e);
        }
        return held;
    }

    private void renew(Runnable got, Runnable lost) {
        boolean kept;
        Duration next;
        synchronized (this) {
            if (!held) {
                return; // released
            }
            kept = tryRenew();
            held = kept;
            // After a failed attempt the next one comes soon.
            boolean fresh =
                    System.nanoTime() - renewedAt < options.listenerLockPeriod().toNanos() / 4;
            next = fresh ? options.listenerLockPeriod().dividedBy(2) : Duration.ofSeconds(1);
        }
        if (kept) {
            later(() -> renew(got, lost), next);
        } else {
            console.log("Host.Singleton", Console.Level.WARNING, "Singleton lock lost (" + blob.getBlobName() + ").");
            lost.run();
            later(() -> pursue(got, lost), options.recoveryPollingInterval());
        }
    }

    /** False if the lock is no longer this host's, or can no longer be known to be. */
    private boolean tryRenew() {
        long now = System.nanoTime();
        try {
            lease.renewLeaseWithResponse(new BlobRenewLeaseOptions(), CALL_LIMIT, Context.NONE);
            renewedAt = now;
            return true;
        } catch (BlobStorageException e) {
            trouble("renew", e);
            int status = e.getStatusCode();
            return status != 404 && status != 409 && status != 412 && isWithinPeriod();
        } catch (RuntimeException e) {
            trouble("renew", e);
            return isWithinPeriod();
        }
    }

    private boolean isWithinPeriod() {
        return System.nanoTime() - renewedAt < options.listenerLockPeriod().toNanos();
    }

    private void later(Runnable action, Duration delay) {
        if (!scheduler.isShutdown()) {
            var unused = scheduler.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void trouble(String what, RuntimeException e) {
        console.log(
                "Host.Singleton",
                Console.Level.WARNING,
                "Could not " + what + " singleton lock " + blob.getBlobName() + ": " + e.getMessage());
    }
}
