package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.store.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The recorded end of a request: its result or failure.
 *
 * @param kind the kind of the request
 * @param id the request's sequence number
 * @param failure the details of a failure, as JSON; null if the request did not fail
 */
record Completion(Kind kind, int id, @Nullable Payload result, @Nullable Payload failure) {

    /** The kinds of requests that have a completion. */
    enum Kind {
        ACTIVITY,
        SUB_ORCHESTRATION,
        TIMER
    }

    /** Reads the completion from an event; null if the event completes no request. */
    static @Nullable Completion of(JournalEvent event) {
        if (event instanceof JournalEvent.TaskCompleted completed) {
            return new Completion(Kind.ACTIVITY, completed.id(), completed.result(), null);
        }
        if (event instanceof JournalEvent.TaskFailed failed) {
            return new Completion(Kind.ACTIVITY, failed.id(), null, failed.failure());
        }
        if (event instanceof JournalEvent.SubOrchestrationCompleted completed) {
            return new Completion(Kind.SUB_ORCHESTRATION, completed.id(), completed.result(), null);
        }
        if (event instanceof JournalEvent.SubOrchestrationFailed failed) {
            return new Completion(Kind.SUB_ORCHESTRATION, failed.id(), null, failed.failure());
        }
        if (event instanceof JournalEvent.TimerFired fired) {
            return new Completion(Kind.TIMER, fired.id(), null, null);
        }
        return null;
    }
}
