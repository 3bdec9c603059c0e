package dev.soliton.engine.journal;

import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;

/**
 * How much the engine puts into one write. A larger commit becomes several writes.
 *
 * @param length the most text of the journal rows of one write, in characters
 * @param changes the most changes of one write, beside the instance row and the gate
 * @param row the text of a journal row after which the next row begins, in characters; a single event may be longer
 * @param pending how many events, or entries of the inbox, may pile up before they are committed although nothing
 *     depends on them yet
 */
public record WriteLimits(int length, int changes, int row, int pending) {
    /** The limits of the storage, minus room for the texts of the instance row. */
    public static final WriteLimits OF_THE_STORAGE = new WriteLimits(
            InstanceStore.MAX_WRITE_LENGTH - 100_000, InstanceStore.MAX_CHANGES - 2, JournalRow.MAX_LENGTH / 2, 64);
}
