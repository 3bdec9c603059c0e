package dev.soliton.local.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Passes over a chunked body and its trailers. */
final class ChunkSkipper {

    private static final int LONGEST_LINE = 4096;

    private long left;
    private Part part = Part.SIZE;

    private enum Part {
        SIZE,
        DATA,
        TRAILER
    }

    void begin() {
        part = Part.SIZE;
    }

    /** Takes what is there; true once the body has ended. */
    boolean skip(ByteBuf in) throws RequestRefused {
        while (in.isReadable()) {
            if (part == Part.DATA) {
                int taken = (int) Math.min(left, in.readableBytes());
                in.skipBytes(taken);
                left -= taken;
                part = left == 0 ? Part.SIZE : Part.DATA;
                continue;
            }
            int end = in.bytesBefore((byte) '\n');
            if (end < 0) {
                if (in.readableBytes() > LONGEST_LINE) {
                    throw new RequestRefused(400);
                }
                return false;
            }
            String line = in.readCharSequence(end, StandardCharsets.ISO_8859_1)
                    .toString()
                    .strip();
            in.skipBytes(1);
            if (part == Part.TRAILER) {
                if (line.isEmpty()) {
                    return true;
                }
            } else {
                begin(line);
            }
        }
        return false;
    }

    private void begin(String line) throws RequestRefused {
        int semicolon = line.indexOf(';');
        String size = semicolon < 0 ? line : line.substring(0, semicolon).strip();
        if (!size.matches("[0-9a-fA-F]{1,8}")) {
            throw new RequestRefused(400);
        }
        left = Long.parseLong(size, 16) + 2; // with the line's end behind the data
        part = left == 2 ? Part.TRAILER : Part.DATA;
    }
}
