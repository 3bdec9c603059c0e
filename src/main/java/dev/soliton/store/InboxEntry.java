package dev.soliton.store;

import java.time.Instant;
import java.util.Comparator;

/**
 * A row of the inbox, as it was read.
 *
 * @param at when the storage got it, by the storage's clock
 */
public record InboxEntry(InboxRow row, Instant at) {
    /** The order in which entries are processed. */
    public static final Comparator<InboxEntry> ORDER = Comparator.comparing(InboxEntry::at)
            .thenComparing(entry -> entry.row().sequence())
            .thenComparing(entry -> entry.row().key());
}
