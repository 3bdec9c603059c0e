package dev.soliton.client;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.Payloads;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of an instance: until this process is notified that it ended here, and by reads for an end elsewhere.
 * The pauses between reads begin short and double, since most that somebody waits for ends soon.
 */
final class EndWait {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final InstanceStore store;
    private final Payloads payloads;
    private final InstanceReader reader;
    private final Waits waits;
    private final @Nullable EndNotices notices;

    /**
     * Waits in a process.
     *
     * @param notices what is notified where an instance ends in this process; null if none can
     */
    EndWait(InstanceStore store, Payloads payloads, InstanceReader reader, Waits waits, @Nullable EndNotices notices) {
        this.store = store;
        this.payloads = payloads;
        this.reader = reader;
        this.waits = waits;
        this.notices = notices;
    }

    /**
     * Waits until an execution has ended, or time is up.
     *
     * @param executionId the execution; null for whichever the instance has
     * @param longestPause the longest time between two reads
     */
    WaitOutcome outcome(String instanceId, @Nullable String executionId, Duration timeout, Duration longestPause)
            throws InterruptedException {
        if (notices == null) {
            return outcome(instanceId, executionId, timeout, longestPause, waits::pause);
        }
        // It listens before it reads, so that no end comes between the two.
        try (EndNotices.Listener listener = notices.listen(instanceId)) {
            return outcome(instanceId, executionId, timeout, longestPause, time -> listener.pause(waits, time));
        }
    }

    @FunctionalInterface
    private interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    private WaitOutcome outcome(
            String instanceId, @Nullable String executionId, Duration timeout, Duration longestPause, Pause pauses)
            throws InterruptedException {
        // By a clock that nobody sets: a clock that is set back by an hour must not turn a second into an hour.
        Duration deadline = waits.elapsed().plus(timeout);
        Duration next = FIRST_PAUSE;
        while (true) {
            Optional<InstanceRow> found = row(instanceId, executionId);
            if (found.isPresent() && found.get().status().isTerminal()) {
                Optional<WaitOutcome> ended = ended(found.get());
                if (ended.isPresent()) {
                    return ended.get();
                }
                continue;
            }
            Optional<Instance> going = found.map(row -> Instance.of(row, null, null));
            if (going.isEmpty() && executionId != null) {
                going = reader.find(instanceId, executionId, false);
            }
            if (going.isEmpty()) {
                return new WaitOutcome.NotFound();
            }
            Duration left = deadline.minus(waits.elapsed());
            if (left.isNegative() || left.isZero()) {
                return new WaitOutcome.StillGoing(going.get());
            }
            Duration pause = least(next, longestPause);
            pauses.pause(least(pause, left));
            next = pause.multipliedBy(2);
        }
    }

    private Optional<InstanceRow> row(String instanceId, @Nullable String executionId) {
        return store.findRow(instanceId)
                .map(Versioned::row)
                .filter(row -> executionId == null || row.key().executionId().equals(executionId));
    }

    /** The end that a row shows; empty if the execution was replaced meanwhile, of which nothing is left then. */
    private Optional<WaitOutcome> ended(InstanceRow row) {
        try {
            return Optional.of(new WaitOutcome.Ended(Instance.of(
                    row,
                    payloads.load(row.values().input()),
                    payloads.load(row.values().output()))));
        } catch (PayloadMissingException gone) {
            if (store.findRow(row.key().instanceId()).map(Versioned::row).equals(Optional.of(row))) {
                throw gone;
            }
            return Optional.empty();
        }
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
