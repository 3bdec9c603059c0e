package dev.soliton.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The mark of a hub's sweeps in memory. */
public final class InMemorySweepMark implements SweepMark {
    private final InstantSource clock;
    private @Nullable Instant changedAt;
    private int changes;
    public int requests;

    /** A mark whose changes nobody dates. */
    public InMemorySweepMark() {
        this(InstantSource.fixed(Instant.EPOCH));
    }

    public InMemorySweepMark(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized String read() {
        requests++;
        return changes == 0 ? "" : "stamp-" + changes;
    }

    @Override
    public synchronized Optional<Instant> changedAt() {
        requests++;
        return Optional.ofNullable(changedAt);
    }

    @Override
    public synchronized void change() {
        requests++;
        changes++;
        changedAt = clock.instant();
    }

    @Override
    public synchronized @Nullable String tryChange(String from) {
        if (!read().equals(from)) {
            return null;
        }
        changes++;
        changedAt = clock.instant();
        return "stamp-" + changes;
    }
}
