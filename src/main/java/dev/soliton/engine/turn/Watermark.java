package dev.soliton.engine.turn;

import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;

/**
 * Up to which number everything that an execution sends to others has been delivered. The row remembers it, and whoever
 * takes the instance over sends nothing below it.
 *
 * <p>A sub-orchestration that runs in this process holds it back: until its first write nothing but this instance's
 * journal knows of it. So does an end that this turn alone knows, until it is in the journal.
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
     * @param delivered what the row says
     * @param before what it said when the execution was rewound; 0 if it never was
     */
    void begin(int delivered, int before) {
        next = delivered;
        beforeRewind = before;
    }

    /** Whether a request is still to be sent. Of what was delivered before a rewind, only the starts are sent again. */
    boolean isToBeSent(Request request) {
        return request.id() >= next
                && (request instanceof SubOrchestrationScheduled
                        || (request instanceof EventSent && !isFromBeforeRewind(request.id())));
    }

    /** Whether that had been delivered when the execution was rewound. */
    boolean isFromBeforeRewind(int id) {
        return id < beforeRewind;
    }

    /** Takes note that everything up to a request has been sent. */
    void sent(int id) {
        next = id + 1;
    }

    /** Takes note that nothing is left to be sent. */
    void allSent() {
        next = Math.max(next, beforeRewind);
    }

    /** Up to which number, and not including it, everything needs no more care of this instance. */
    int delivered() {
        return starter.firstHeldBack(local.firstHeldBack(next));
    }
}
