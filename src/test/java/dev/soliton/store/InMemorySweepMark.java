package dev.soliton.store;

import org.jspecify.annotations.Nullable;

/** The mark of a hub's sweeps in memory. */
public final class InMemorySweepMark implements SweepMark {
    private int changes;
    public int requests;

    @Override
    public synchronized String read() {
        requests++;
        return changes == 0 ? "" : "stamp-" + changes;
    }

    @Override
    public synchronized void change() {
        requests++;
        changes++;
    }

    @Override
    public synchronized @Nullable String tryChange(String from) {
        if (!read().equals(from)) {
            return null;
        }
        changes++;
        return "stamp-" + changes;
    }
}
