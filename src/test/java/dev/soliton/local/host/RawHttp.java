package dev.soliton.local.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sends bytes to a port of this machine, and reads what comes until the other side closes. A character is a byte. */
final class RawHttp {

    private static final int READ_LIMIT_MILLIS = 60_000;
    private static final List<String> OF_THE_CONNECTION =
            List.of("connection", "transfer-encoding", "content-length", "keep-alive");

    private RawHttp() {}

    /**
     * The first answer that is not an interim one.
     *
     * @param headers but for the connection's, {@code Date} and {@code Server}, names in lower case, sorted
     */
    record Answer(int status, List<String> headers, String body) {}

    static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(READ_LIMIT_MILLIS);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            } catch (IOException e) {
                // refused before it was read to its end: there may be an answer all the same
            }
            return readToEnd(socket.getInputStream());
        }
    }

    private static String readToEnd(InputStream in) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try {
            in.transferTo(received);
        } catch (IOException e) {
            // reset, because something that was sent has not been read
        }
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads an answer; null if there is none but interim ones. */
    static @Nullable Answer parse(String received) {
        String rest = received;
        while (true) {
            int end = rest.indexOf("\r\n\r\n");
            if (end < 0) {
                return null;
            }
            String[] lines = rest.substring(0, end).split("\r\n", -1);
            int status = Integer.parseInt(lines[0].split(" ", -1)[1]);
            rest = rest.substring(end + 4);
            if (status / 100 == 1 && status != 101) {
                continue;
            }
            List<String> headers = new ArrayList<>();
            boolean chunked = false;
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
                chunked |= name.equals("transfer-encoding");
                if (!OF_THE_CONNECTION.contains(name) && !name.equals("date") && !name.equals("server")) {
                    headers.add(name + ": " + lines[i].substring(colon + 1).strip());
                }
            }
            headers.sort(null);
            return new Answer(status, headers, chunked ? unchunked(rest) : rest);
        }
    }

    private static String unchunked(String chunks) {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (at < chunks.length()) {
            int line = chunks.indexOf("\r\n", at);
            String size = line < 0 ? "" : chunks.substring(at, line);
            if (!size.matches("[0-9a-fA-F]+") || Integer.parseInt(size, 16) == 0) {
                break; // its end, or no chunks at all
            }
            int end = line + 2 + Integer.parseInt(size, 16);
            body.append(chunks, line + 2, Math.min(end, chunks.length()));
            at = end + 2;
        }
        return body.toString();
    }
}
