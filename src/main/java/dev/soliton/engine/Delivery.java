package dev.soliton.engine;

/**
 * How a message came.
 *
 * @param messageId the queue's name for the message
 * @param count how often the queue delivered it, this time included
 */
public record Delivery(String messageId, long count) {
    private static final char SEPARATOR = '#';

    /** Reads what {@link #name} wrote. A name of another form is that of the first delivery. */
    static Delivery of(String name) {
        int separator = name.lastIndexOf(SEPARATOR);
        try {
            return new Delivery(
                    name.substring(0, Math.max(separator, 0)), Long.parseLong(name.substring(separator + 1)));
        } catch (NumberFormatException foreign) {
            return new Delivery(name, 1);
        }
    }

    /** Names this delivery of the message, as an owner does that claims through it. */
    String name() {
        return messageId + SEPARATOR + count;
    }

    /** Whether somebody received the message before, and did not come to the end of it. */
    boolean isRepeated() {
        return count > 1;
    }

    /** The delivery before this one. */
    Delivery before() {
        return new Delivery(messageId, count - 1);
    }

    /** Whether that is this delivery, or an earlier one of the same message. */
    boolean includes(Delivery other) {
        return messageId.equals(other.messageId) && other.count <= count;
    }
}
