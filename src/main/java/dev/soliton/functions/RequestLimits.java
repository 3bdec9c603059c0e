package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The limits that the requests of this process share: how many bytes of bodies it processes at once, and how many
 * callers wait, and how long. The host limits the number of concurrent requests ({@code maxConcurrentRequests} in
 * host.json).
 */
final class RequestLimits {
    /**
     * How many callers may wait for the end of an instance at once; each holds a thread and reads the storage now and
     * then.
     */
    static final int WAITING_CALLERS = 100;

    /** The part of the heap that bodies may take: each body has several copies on its way to the storage. */
    private static final int PART_OF_HEAP = 8;

    private static final int UNIT = 1024;

    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(15);

    private final long maxPayload;
    private final int units;
    private final Semaphore free;
    private final Semaphore waiting = new Semaphore(WAITING_CALLERS);
    private final Duration longestWait;

    /** Uses a body. */
    interface Use<T> {
        T of(@Nullable String json);
    }

    /** Waits for a caller. */
    interface Wait<T> {
        T until(Duration limit);
    }

    /**
     * The limits of this process.
     *
     * @param maxPayload the largest body, in bytes of UTF-8
     * @param heap the largest heap of the JVM, in bytes
     * @param functionTimeout after what time the host ends the process for an invocation that has not ended
     */
    RequestLimits(long maxPayload, long heap, Duration functionTimeout) {
        this.maxPayload = maxPayload;
        // One body of the largest size always fits.
        this.units = units(Math.max(maxPayload, heap / PART_OF_HEAP));
        this.free = new Semaphore(units);
        Duration quarter = functionTimeout.dividedBy(4);
        this.longestWait = functionTimeout.minus(quarter.compareTo(LONGEST_MARGIN) < 0 ? quarter : LONGEST_MARGIN);
    }

    /**
     * Uses the body of a request, which counts against the limit meanwhile.
     *
     * @throws BadRequestException if the body cannot be accepted
     * @throws TooBusyException if other bodies take too many bytes
     */
    <T> T withBody(HttpRequestMessage<Optional<String>> request, Use<T> use) {
        int share = Math.min(units, units(request.getBody().orElse("").length()));
        if (!free.tryAcquire(share)) {
            throw new TooBusyException("The app is working on as many bytes of other requests as it has room for."
                    + " Nothing was started or changed; try again.");
        }
        try {
            return use.of(Bodies.json(request, maxPayload));
        } finally {
            free.release(share);
        }
    }

    /** How long a caller waits that asks for so long: not until the host would end the call, and the process. */
    Duration wait(Duration asked) {
        return asked.compareTo(longestWait) < 0 ? asked : Duration.ofSeconds(longestWait.toSeconds());
    }

    /** Waits for the given time, or not at all if too many callers wait already. */
    <T> T waiting(Duration limit, Wait<T> wait) {
        boolean isIn = waiting.tryAcquire();
        try {
            return wait.until(isIn ? limit : Duration.ZERO);
        } finally {
            if (isIn) {
                waiting.release();
            }
        }
    }

    /** Sizes are counted in kibibytes; an empty body counts, too. */
    private static int units(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, bytes / UNIT + 1);
    }
}
