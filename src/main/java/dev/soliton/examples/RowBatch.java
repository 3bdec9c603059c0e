package dev.soliton.examples;

import java.util.List;

/**
 * A run of rows, short enough for one activity, as a range of bytes: so a batch reads its own rows only.
 *
 * @param firstLine the line, from 1, on which its first row begins
 * @param offset the byte, from 0, at which that line begins
 * @param length its length in bytes
 * @param rejectedLines the lines on which bad rows begin, to be left out
 */
record RowBatch(long firstLine, long offset, long length, List<Long> rejectedLines) {

    RowBatch {
        rejectedLines = List.copyOf(rejectedLines);
    }
}
