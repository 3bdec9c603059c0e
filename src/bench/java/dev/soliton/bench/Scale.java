package dev.soliton.bench;

/**
 * How much is measured.
 *
 * @param factor 1 for what is published, less to be done sooner
 */
record Scale(double factor) {
    Scale {
        if (!(factor > 0)) {
            throw new IllegalArgumentException("The scale of the benchmarks is above 0, not " + factor + ".");
        }
    }

    /** So many, of a full number. */
    int of(int full) {
        return of(full, 1);
    }

    /** So many, and at least that many. */
    int of(int full, int least) {
        return (int) Math.max(least, Math.round(full * factor));
    }
}
