package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.journal.JournalEvent.TimerCreated;
import org.jspecify.annotations.Nullable;

/** Events and requests in the author's terms, for the message that says where code and journal diverge. */
final class EventDescriptions {
    private EventDescriptions() {}

    /** Describes an event in the author's terms. */
    static String describe(JournalEvent event) {
        if (event instanceof TaskScheduled scheduled) {
            return activity(scheduled.name()) + number(scheduled.id());
        }
        if (event instanceof SubOrchestrationScheduled scheduled) {
            return subOrchestration(scheduled.name(), scheduled.instanceId()) + number(scheduled.id());
        }
        if (event instanceof TimerCreated created) {
            return timer() + number(created.id());
        }
        if (event instanceof EventSent sent) {
            return sentEvent(sent.name(), sent.instanceId()) + number(sent.id());
        }
        Completion completion = Completion.of(event);
        if (completion != null) {
            return switch (completion.kind()) {
                case ACTIVITY -> outcome(completion) + "task #" + completion.id();
                case SUB_ORCHESTRATION -> outcome(completion) + "sub-orchestration #" + completion.id();
                case TIMER -> "the firing of timer #" + completion.id();
            };
        }
        if (event instanceof EventRaised raised) {
            return "the arrival of event '" + raised.name() + "'";
        }
        if (event instanceof JournalEvent.ExecutionSuspended) {
            return "a suspension";
        }
        if (event instanceof JournalEvent.ExecutionResumed) {
            return "a resumption";
        }
        if (event instanceof JournalEvent.ExecutionTerminated) {
            return "a termination";
        }
        return event instanceof JournalEvent.ExecutionStarted ? "the beginning" : "the end";
    }

    static String activity(String name) {
        return "activity '" + name + "'";
    }

    static String subOrchestration(String name, @Nullable String instanceId) {
        return "sub-orchestration '" + name + "'"
                + (instanceId == null ? "" : " with the instance ID '" + instanceId + "'");
    }

    static String timer() {
        return "a timer";
    }

    static String sentEvent(String name, String instanceId) {
        return "event '" + name + "' sent to '" + instanceId + "'";
    }

    private static String outcome(Completion completion) {
        return completion.failure() == null ? "the result of " : "the failure of ";
    }

    private static String number(int id) {
        return " (#" + id + ")";
    }
}
