package dev.soliton.engine;

/**
 * How a message came.
 *
 * @param messageId the queue's name for the message
 * @param count how often the queue delivered it, this time included
 */
public record Delivery(String messageId, long count) {

    /** Whether somebody received the message before, and did not come to the end of it. */
    public boolean isRepeated() {
        return count > 1;
    }
}
