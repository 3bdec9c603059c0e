package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.soliton.json.JsonText;
import dev.soliton.store.Payloads;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of requests as JSON texts, and refuses what did not arrive as it was sent.
 *
 * <p>The host reads most bodies as UTF-8, whatever their charset, but follows a byte order mark. It passes bodies of
 * the types {@code application/octet-stream} and {@code multipart/*} as bytes, which the worker decodes by the default
 * charset of the JVM.
 */
final class Bodies {
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s\";]+)", Pattern.CASE_INSENSITIVE);
    private static final int BYTE_ORDER_MARK_BYTES = 3;

    private Bodies() {}

    /**
     * The body as JSON text; null for none.
     *
     * @param maxBytes the largest body, in bytes of UTF-8
     */
    static @Nullable String json(HttpRequestMessage<Optional<String>> request, long maxBytes) {
        return json(request, maxBytes, Charset.defaultCharset());
    }

    /**
     * The body as JSON text; null for none.
     *
     * @param ofBytes the charset by which the worker decoded a body that the host passed as bytes
     */
    static @Nullable String json(HttpRequestMessage<Optional<String>> request, long maxBytes, Charset ofBytes) {
        String body = request.getBody().orElse("");
        if (body.isEmpty()) {
            // The platform passes a chunked body as an empty one. As no input, it would be lost silently.
            if (Requests.header(request, "transfer-encoding") != null) {
                throw new BadRequestException(
                        HttpStatus.LENGTH_REQUIRED,
                        "A body needs a Content-Length: a chunked one does not reach the app.");
            }
            return null;
        }
        if (Payloads.isLarger(body, maxBytes)) {
            throw new BadRequestException(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    "The body has at most " + maxBytes + " bytes (setting SOLITON_MAX_PAYLOAD).");
        }
        checkCharset(request, body, ofBytes);
        checkJson(body);
        return body;
    }

    private static void checkCharset(HttpRequestMessage<?> request, String body, Charset ofBytes) {
        String encoding = Requests.header(request, "content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw unsupported("A body comes as it is, without a Content-Encoding, not as '" + encoding + "'.");
        }
        if (body.chars().allMatch(character -> character < 128)) {
            return; // the same in every charset by which the host can have read it
        }
        String type = Requests.header(request, "content-type");
        String mediaType = type == null ? "" : type.trim().toLowerCase(Locale.ROOT);
        boolean isBytes = mediaType.startsWith("application/octet-stream") || mediaType.startsWith("multipart/");
        if (isBytes && !ofBytes.equals(StandardCharsets.UTF_8)) {
            throw unsupported("A body of this Content-Type reaches the app as UTF-8 only if the JVM's default charset"
                    + " is that, and here it is " + ofBytes.name() + ". Send it as application/json.");
        }
        Matcher charset = CHARSET.matcher(mediaType);
        if (charset.find() && !isUnicode(charset.group(1))) {
            throw unsupported("A body is in UTF-8, not in '" + charset.group(1) + "'.");
        }
        if (isDamaged(request, body)) {
            throw new BadRequestException("The body is not in UTF-8: it has bytes that stand for no character.");
        }
    }

    /** UTF-16 with a byte order mark arrives intact; without one it is no JSON any more. */
    private static boolean isUnicode(String charset) {
        return charset.equals("utf-8") || charset.equals("utf8") || charset.startsWith("utf-16");
    }

    /**
     * Whether the host replaced bytes by U+FFFD. A body may contain that character itself; then its length is the one
     * that the sender declared.
     */
    private static boolean isDamaged(HttpRequestMessage<?> request, String body) {
        String length = Requests.header(request, "content-length");
        if (length == null || body.indexOf('\ufffd') < 0) {
            return false;
        }
        try {
            long sent = Long.parseLong(length.trim());
            long arrived = body.getBytes(StandardCharsets.UTF_8).length;
            return sent != arrived && sent != arrived + BYTE_ORDER_MARK_BYTES && sent != 2L * body.length() + 2;
        } catch (NumberFormatException notALength) {
            return false;
        }
    }

    private static void checkJson(String body) {
        JsonText.Flaw flaw = JsonText.flawOf(body);
        if (flaw != null) {
            throw new BadRequestException(
                    (flaw.isTooLarge() ? "The body is larger than the app takes: " : "The body is not JSON: ")
                            + flaw.message());
        }
    }

    private static BadRequestException unsupported(String message) {
        return new BadRequestException(HttpStatus.UNSUPPORTED_MEDIA_TYPE, message);
    }
}
