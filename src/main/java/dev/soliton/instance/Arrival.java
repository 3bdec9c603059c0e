package dev.soliton.instance;

import java.time.Instant;
import java.util.Comparator;

/**
 * A row of the inbox, as it was read.
 *
 * @param at when the storage got it, by the storage's clock
 */
public record Arrival(InboxRow row, Instant at) {
    /** The order in which arrivals are taken in. */
    public static final Comparator<Arrival> ORDER = Comparator.comparing(Arrival::at)
            .thenComparing(arrival -> arrival.row().sequence())
            .thenComparing(arrival -> arrival.row().key());
}
