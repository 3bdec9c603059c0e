package dev.soliton.examples;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A stream of text in UTF-8 that remembers at which byte each line began. A line ends with LF, CR LF or CR; inside
 * quotes too, as the CSV reader counts.
 */
final class LineOffsets extends FilterInputStream {
    /** Enough for any catalog, and an end to a file of line breaks. */
    static final int MAX_LINES = 1_000_000;

    private long[] starts = new long[1024];
    private int lines = 1;
    private long position;
    private boolean afterCarriageReturn;

    LineOffsets(InputStream in) {
        super(in);
    }

    /**
     * The byte, from 0, at which a line begins.
     *
     * @param line from 1, and not after what was read
     */
    long startOf(long line) {
        if (line < 1 || line > lines) {
            throw new IndexOutOfBoundsException("Line " + line + " of " + lines);
        }
        return starts[(int) line - 1];
    }

    /** How many bytes were read. */
    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value >= 0) {
            count((byte) value);
        }
        return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        for (int i = 0; i < read; i++) {
            count(buffer[offset + i]);
        }
        return read;
    }

    @Override
    public long skip(long count) {
        throw new UnsupportedOperationException("What is skipped cannot be counted.");
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(byte value) {
        // No byte of a longer character looks like CR or LF.
        position++;
        if (value == '\n' && afterCarriageReturn) {
            starts[lines - 1] = position;
        } else if (value == '\n' || value == '\r') {
            if (lines > MAX_LINES) {
                throw new ImportException("The catalog has more than " + MAX_LINES + " lines; split it.");
            }
            if (lines == starts.length) {
                starts = Arrays.copyOf(starts, 2 * lines);
            }
            starts[lines++] = position;
        }
        afterCarriageReturn = value == '\r';
    }
}
