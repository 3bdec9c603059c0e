package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.EventSent;
import dev.soliton.engine.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.engine.JournalEvent.TimerCreated;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The journal as a run goes along it: what is recorded and was not met yet, and what is new. */
final class Trace {
    private final Deque<JournalEvent> recorded;
    private final List<JournalEvent> fresh = new ArrayList<>();
    private final int maxEvents;
    private int length;
    private int nextId;

    Trace(List<JournalEvent> journal, int maxEvents) {
        this.recorded = new ArrayDeque<>(journal);
        this.length = journal.size();
        this.maxEvents = maxEvents;
    }

    /** What is new; who commits it takes it out. */
    List<JournalEvent> fresh() {
        return fresh;
    }

    /** What is recorded next; null if there is no more. */
    @Nullable
    JournalEvent peek() {
        return recorded.peekFirst();
    }

    /** Goes past what is recorded next; null if there is no more. */
    @Nullable
    JournalEvent poll() {
        return recorded.pollFirst();
    }

    /** The sequence number that the next request gets. */
    int nextId() {
        return nextId;
    }

    /** Takes the next sequence number. */
    int takeId() {
        return nextId++;
    }

    /**
     * Appends what is new.
     *
     * @throws JournalTooLongException if the journal is full
     */
    void add(JournalEvent event) {
        if (length >= maxEvents) {
            throw new JournalTooLongException(maxEvents);
        }
        addLast(event);
    }

    /** Appends what is new, even if the journal is full: nothing comes after it. */
    void addLast(JournalEvent event) {
        length++;
        fresh.add(event);
    }

    /** What an event is, in words of the author. */
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
        Answer answer = Answer.of(event);
        if (answer != null) {
            return switch (answer.kind()) {
                case ACTIVITY -> outcome(answer) + "task #" + answer.id();
                case SUB_ORCHESTRATION -> outcome(answer) + "sub-orchestration #" + answer.id();
                case TIMER -> "the firing of timer #" + answer.id();
            };
        }
        if (event instanceof JournalEvent.EventRaised raised) {
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

    private static String outcome(Answer answer) {
        return answer.failure() == null ? "the result of " : "the failure of ";
    }

    private static String number(int id) {
        return " (#" + id + ")";
    }
}
