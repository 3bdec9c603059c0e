package dev.soliton.sim;

import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import java.time.Duration;

/** A queue like another, but for what somebody twists. */
class TwistedQueue implements WorkQueue {
    private final WorkQueue queue;

    TwistedQueue(WorkQueue queue) {
        this.queue = queue;
    }

    @Override
    public MessageReceipt put(WorkMessage message, Duration delay) {
        return queue.put(message, delay);
    }

    @Override
    public void takeBack(MessageReceipt receipt) {
        queue.takeBack(receipt);
    }
}
