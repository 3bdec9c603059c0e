package dev.soliton.cost;

import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import java.time.Instant;
import java.util.Optional;

/** Storage whose requests are counted, with the receiving end of the queue that the host has for real. */
interface HubStorage {
    InstanceStore instances();

    WorkQueue queue();

    PayloadStore values();

    /** What was asked of it. */
    Bill bill();

    /** The next message that is there; looking for one in vain is not counted. */
    Optional<Received> receive();

    /** Deletes a message. */
    void delete(Received received);

    /** When the next of the delayed messages will be there, by the clock of this storage's users. */
    Optional<Instant> nextDelayed();

    /**
     * A message as it was received.
     *
     * @param count how often, this time included
     */
    record Received(WorkMessage message, WorkQueue.MessageReceipt receipt, long count) {}
}
