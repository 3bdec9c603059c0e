package dev.soliton.sim;

import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import java.time.Duration;

/** The sending end of the queue, as a process sees it over the wire. */
final class SimQueue implements WorkQueue {
    private final SimProcess process;
    private final Wire wire;
    private final WorkQueue messages;
    private final Oracle oracle;

    SimQueue(SimProcess process, Wire wire, WorkQueue messages, Oracle oracle) {
        this.process = process;
        this.wire = wire;
        this.messages = messages;
        this.oracle = oracle;
    }

    @Override
    public MessageReceipt put(WorkMessage message, Duration delay) {
        return wire.call(
                new Call(process, Call.Verb.PUT, message.instanceId(), message), () -> messages.put(message, delay));
    }

    @Override
    public void takeBack(MessageReceipt receipt) {
        wire.call(new Call(process, Call.Verb.TAKE_BACK, "", receipt), () -> {
            messages.takeBack(receipt);
            oracle.messageGone();
            return true;
        });
    }
}
