package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.store.Payload;
import org.jspecify.annotations.Nullable;

/** The length of events in the journal, which a turn has in memory. */
final class EventLength {
    private EventLength() {}

    /** How many characters the value of an event has in the journal itself. */
    static long of(JournalEvent event) {
        return valueOf(event) instanceof Payload.Inline inline ? inline.json().length() : 0;
    }

    private static @Nullable Payload valueOf(JournalEvent event) {
        if (event instanceof TaskScheduled task) {
            return task.input();
        } else if (event instanceof TaskCompleted task) {
            return task.result();
        } else if (event instanceof TaskFailed task) {
            return task.failure();
        } else if (event instanceof SubOrchestrationScheduled child) {
            return child.input();
        } else if (event instanceof SubOrchestrationCompleted child) {
            return child.result();
        } else if (event instanceof SubOrchestrationFailed child) {
            return child.failure();
        } else if (event instanceof EventSent sent) {
            return sent.input();
        }
        return event instanceof EventRaised raised ? raised.input() : null;
    }
}
