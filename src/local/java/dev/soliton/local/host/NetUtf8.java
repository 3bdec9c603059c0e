package dev.soliton.local.host;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** UTF-8 as .NET reads it: an encoded surrogate makes three U+FFFD, where Java makes one. */
final class NetUtf8 {

    private static final int SURROGATE_LENGTH = 3;

    private NetUtf8() {}

    static String decode(ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer out = CharBuffer.allocate(bytes.remaining());
        while (true) {
            CoderResult result = decoder.decode(bytes, out, true);
            if (!result.isMalformed()) {
                return out.flip().toString();
            }
            out.put(result.length() == SURROGATE_LENGTH && isSurrogate(bytes) ? "\ufffd\ufffd\ufffd" : "\ufffd");
            bytes.position(bytes.position() + result.length());
        }
    }

    private static boolean isSurrogate(ByteBuffer bytes) {
        return (bytes.get(bytes.position()) & 0xff) == 0xed;
    }
}
