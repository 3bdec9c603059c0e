package dev.soliton.engine;

import dev.soliton.instance.Ownership;
import dev.soliton.instance.WorkMessage;
import java.util.HashSet;
import java.util.Set;

/**
 * Which claims of others a message may take over.
 *
 * <p>An owner names the delivery of a message that it claimed the instance through, and keeps that message until its turn
 * has come to an end. So whoever receives <em>that</em> message once more knows that the owner is gone, or has given up;
 * any other message says nothing about it. A copy that is put back in the place of a message inherits what the message
 * knew, or an instance whose owner died would wait for ever behind a message that has forgotten what it proves.
 *
 * <p>What a message knows is not forgotten by looking at the row: a claim that nobody answered may still be on its way.
 * Only the next claim that succeeds changes the row that it was conditional on, and makes it void.
 */
final class Succession {
    private final Delivery delivery;
    private final Set<String> deliveries;

    Succession(WorkMessage message, Delivery delivery) {
        this(delivery, message.standsFor());
        if (delivery.isRepeated()) {
            deliveries.add(delivery.before().name());
        }
    }

    private Succession(Delivery delivery, Set<String> deliveries) {
        this.delivery = delivery;
        this.deliveries = new HashSet<>(deliveries);
    }

    /** That of a delivery through which an instance was claimed. */
    static Succession of(Delivery delivery) {
        return new Succession(delivery, Set.of(delivery.name()));
    }

    /** The delivery that an instance is claimed through. */
    Delivery delivery() {
        return delivery;
    }

    /**
     * Whether a claim through this message, or through one that it stands for, may have been written, or be on its way.
     * Then the message may only be dropped when a later write of the row has made that claim void.
     */
    boolean mayHaveClaimed() {
        return !deliveries.isEmpty();
    }

    boolean mayTakeOver(Ownership ownership) {
        String claimed = ownership.message();
        return claimed != null
                && deliveries.stream().map(Delivery::of).anyMatch(known -> known.includes(Delivery.of(claimed)));
    }

    /** A claim through this delivery may have been written, and the message may be put back all the same. */
    void claimIsAttempted() {
        deliveries.add(delivery.name());
    }

    /** A claim through this delivery was written; all that were on their way before are void. */
    void claimSucceeded() {
        deliveries.clear();
        deliveries.add(delivery.name());
    }

    /** What a copy of the message stands for. */
    Set<String> inheritance() {
        return Set.copyOf(deliveries);
    }
}
