package dev.soliton.local.host;

import dev.soliton.local.http.HttpReply;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Keeps to host.json's {@code maxConcurrentRequests} and {@code maxOutstandingRequests} as the real host does: so many
 * requests are served at a time, so many are there in all, those that are served included, and what is beyond gets an empty
 * 429.
 */
final class HttpThrottle {
    private final Semaphore outstanding;
    private final Semaphore concurrent;

    /** What answers a request that is let through. */
    interface Next {
        HttpReply answer() throws IOException, InterruptedException;
    }

    HttpThrottle(HostJson.Http limits) {
        this.outstanding = new Semaphore(orMany(limits.maxOutstandingRequests()));
        this.concurrent = new Semaphore(orMany(limits.maxConcurrentRequests()), true);
    }

    private static int orMany(int limit) {
        return limit > 0 ? limit : Integer.MAX_VALUE;
    }

    HttpReply answer(Next next) throws IOException, InterruptedException {
        if (!outstanding.tryAcquire()) {
            return HttpReply.empty(429);
        }
        try {
            concurrent.acquire();
            try {
                return next.answer();
            } finally {
                concurrent.release();
            }
        } finally {
            outstanding.release();
        }
    }
}
