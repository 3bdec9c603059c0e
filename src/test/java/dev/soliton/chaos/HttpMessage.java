package dev.soliton.chaos;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 request or answer, kept byte by byte as it came, since a signature covers it.
 *
 * @param startLine without its line end
 * @param headers by name, whatever its case; of a repeated one the last
 * @param raw everything, with line ends and chunk sizes
 * @param content the body, without chunk sizes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record HttpMessage(String startLine, Map<String, String> headers, byte[] raw, byte[] content) {

    private static final int LONGEST_HEAD = 1 << 20;

    /** The next request of a connection; null where the caller has closed it between two requests. */
    static @Nullable HttpMessage readRequest(InputStream in, OutputStream out) throws IOException {
        byte[] head = readHead(in);
        if (head == null) {
            return null;
        }
        Map<String, String> headers = headersOf(head);
        if ("100-continue".equalsIgnoreCase(headers.get("Expect"))) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        return withBody(in, head, headers, false);
    }

    /** The final answer to a request, past those that only announce it. */
    static HttpMessage readAnswer(InputStream in, String method) throws IOException {
        while (true) {
            byte[] head = readHead(in);
            if (head == null) {
                throw new EOFException("no answer");
            }
            int status = statusOf(startLineOf(head));
            if (status >= 200) {
                if (method.equals("HEAD") || status == 204 || status == 304) {
                    return new HttpMessage(startLineOf(head), headersOf(head), head, new byte[0]);
                }
                return withBody(in, head, headersOf(head), true);
            }
        }
    }

    int status() {
        return statusOf(startLine);
    }

    boolean closesConnection() {
        return "close".equalsIgnoreCase(headers.get("Connection"));
    }

    private static HttpMessage withBody(InputStream in, byte[] head, Map<String, String> headers, boolean untilClosed)
            throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        raw.write(head);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        String length = headers.get("Content-Length");
        if ("chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"))) {
            readChunks(in, raw, content);
        } else if (length != null) {
            copy(in, Integer.parseInt(length.trim()), raw, content);
        } else if (untilClosed) {
            byte[] rest = in.readAllBytes();
            raw.write(rest);
            content.write(rest);
        }
        return new HttpMessage(startLineOf(head), headers, raw.toByteArray(), content.toByteArray());
    }

    private static void readChunks(InputStream in, OutputStream raw, OutputStream content) throws IOException {
        while (true) {
            String line = readLine(in, raw);
            int extension = line.indexOf(';');
            int size = Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).trim(), 16);
            if (size == 0) {
                while (!readLine(in, raw).isEmpty()) {
                    // a trailer, kept in raw
                }
                return;
            }
            copy(in, size, raw, content);
            readLine(in, raw);
        }
    }

    private static void copy(InputStream in, int length, OutputStream raw, OutputStream content) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a body ended after " + bytes.length + " of " + length + " bytes");
        }
        raw.write(bytes);
        content.write(bytes);
    }

    private static String readLine(InputStream in, OutputStream raw) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new EOFException("a body ended within a line");
            }
            line.write(b);
        }
        line.write('\n');
        raw.write(line.toByteArray());
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static byte @Nullable [] readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                if (head.size() == 0) {
                    return null;
                }
                throw new EOFException("a head ended after " + head.size() + " bytes");
            }
            head.write(b);
            if (head.size() > LONGEST_HEAD) {
                throw new IOException("a head of more than " + LONGEST_HEAD + " bytes");
            }
            boolean expected = b == (matched % 2 == 0 ? '\r' : '\n');
            matched = expected ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toByteArray();
    }

    private static String startLineOf(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf("\r\n"));
    }

    private static Map<String, String> headersOf(byte[] head) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        new String(head, StandardCharsets.ISO_8859_1).lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return headers;
    }

    private static int statusOf(String startLine) {
        return Integer.parseInt(startLine.substring(9, 12));
    }
}
