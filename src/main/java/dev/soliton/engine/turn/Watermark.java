package dev.soliton.engine.turn;

import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;

/**
 * The number up to which an execution has delivered everything that it sends to others. The row keeps it, and the next
 * owner of the instance sends nothing below it.
 *
 * <p>A sub-orchestration that runs in this process holds it back: until its first write only the journal of this
 * instance knows of it. An end that only this turn knows holds it back, too, until the journal has it.
 */
final class Watermark {
    private final LocalChildren local;
    private final ChildStarter starter;
    private int next;
    private int beforeRewind;

    Watermark(LocalChildren local, ChildStarter starter) {
        this.local = local;
        this.starter = starter;
    }

    /**
     * Begins with another journal.
     *
     * @param delivered the watermark in the row
     * @param before the watermark when the execution was rewound; 0 if it never was
     */
    void begin(int delivered, int before) {
        next = delivered;
        beforeRewind = before;
    }

    /**
     * Whether a request is still to be sent. Of what was delivered before a rewind, only the starts are sent again.
     */
    boolean isToBeSent(Request request) {
        return request.id() >= next
                && (request instanceof SubOrchestrationScheduled
                        || (request instanceof EventSent && !isFromBeforeRewind(request.id())));
    }

    /** Whether that request had been delivered when the execution was rewound. */
    boolean isFromBeforeRewind(int id) {
        return id < beforeRewind;
    }

    /** Notes that everything up to a request has been sent. */
    void sent(int id) {
        next = id + 1;
    }

    /** Notes that nothing is left to be sent. */
    void allSent() {
        next = Math.max(next, beforeRewind);
    }

    /** The number up to which, exclusive, everything needs no more care of this instance. */
    int delivered() {
        return starter.firstHeldBack(local.firstHeldBack(next));
    }
}
