package dev.soliton.engine;

import dev.soliton.instance.Ownership;
import dev.soliton.instance.WorkMessage;
import java.util.HashSet;
import java.util.Set;

/**
 * Which claims of others a message may take over.
 *
 * <p>An owner names the message that it claimed the instance through, and keeps that message until its turn has come to
 * an end. So whoever receives <em>that</em> message again knows that the owner is gone, or has given up; any other
 * message says nothing about it. A copy that is put back in the place of a message inherits what the message knew, or
 * an instance whose owner died would wait for ever behind a message that has forgotten what it proves.
 */
final class Succession {
    private final Delivery delivery;
    private final Set<String> messages;

    Succession(WorkMessage message, Delivery delivery) {
        this.delivery = delivery;
        this.messages = new HashSet<>(message.standsFor());
        if (delivery.isRepeated()) {
            messages.add(delivery.messageId());
        }
    }

    boolean mayTakeOver(Ownership ownership) {
        return ownership.message() != null && messages.contains(ownership.message());
    }

    /** Of claims through other messages than the one in force none can come into force any more. */
    void ownershipWasRead(Ownership ownership) {
        messages.removeIf(message -> !message.equals(ownership.message()) && !message.equals(delivery.messageId()));
    }

    /** A claim through this message may have been written, and the message may be put back all the same. */
    void claimIsAttempted() {
        messages.add(delivery.messageId());
    }

    /** What a copy of the message stands for. */
    Set<String> inheritance() {
        return Set.copyOf(messages);
    }
}
