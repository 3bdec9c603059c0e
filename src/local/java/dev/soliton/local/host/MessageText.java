package dev.soliton.local.host;

import com.azure.core.util.BinaryData;
import com.azure.storage.queue.models.QueueMessageItem;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a queue function sees of a message. */
final class MessageText {

    private static final Pattern WHITE_SPACE = Pattern.compile("[ \\t\\r\\n]");

    private MessageText() {}

    /** The bytes of a body in Base64 as .NET reads it: white space does not matter, padding does. */
    static Optional<byte[]> decodeBase64(String text) {
        String dense = WHITE_SPACE.matcher(text).replaceAll("");
        if (dense.length() % 4 != 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getDecoder().decode(dense));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The text as it was put into the queue; of an empty one there is no body at all. */
    static String raw(QueueMessageItem message) {
        BinaryData body = message.getBody();
        return body == null ? "" : body.toString();
    }

    /** What {@code @BindingName} finds: a JSON body's own properties hide the message's. */
    static Map<String, String> metadata(QueueMessageItem message, String text) {
        Metadata metadata = new Metadata();
        metadata.put("QueueTrigger", text);
        metadata.put("Id", message.getMessageId());
        metadata.put("PopReceipt", message.getPopReceipt());
        metadata.put("DequeueCount", Long.toString(message.getDequeueCount()));
        metadata.put("InsertionTime", quoted(message.getInsertionTime()));
        metadata.put("ExpirationTime", quoted(message.getExpirationTime()));
        metadata.put("NextVisibleTime", quoted(message.getTimeNextVisible()));
        return metadata.putProperties(text).toMap();
    }

    /** A time travels as JSON, and a String parameter gets it with the quotes. */
    private static String quoted(OffsetDateTime time) {
        return '"'
                + DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx", java.util.Locale.ROOT)
                        .format(time.withOffsetSameInstant(ZoneOffset.UTC))
                + '"';
    }
}
