package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.ExecutionResumed;
import dev.soliton.engine.journal.JournalEvent.ExecutionSuspended;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an execution is suspended. While it is, it receives events and holds them. Once it is resumed, it applies
 * them in order.
 */
final class Suspension {
    private final Deque<DeferredEvent> held = new ArrayDeque<>();
    private boolean suspended;
    private @Nullable String reason;

    /** An event that was received and checked, and waits until the execution is resumed. */
    private record DeferredEvent(JournalEvent event, Runnable effect) {}

    boolean isSuspended() {
        return suspended;
    }

    /** Why the execution is suspended, as far as the caller gave a reason. */
    @Nullable
    String reason() {
        return reason;
    }

    /**
     * Suspends or resumes.
     *
     * @return whether the event does either
     */
    boolean take(JournalEvent event) {
        if (event instanceof ExecutionSuspended suspend) {
            suspended = true;
            reason = suspend.reason();
            return true;
        }
        if (event instanceof ExecutionResumed resumed) {
            suspended = false;
            if (Boolean.TRUE.equals(resumed.all())) {
                // Events that arrived meanwhile are there: a wait without time has to find them.
                while (!held.isEmpty()) {
                    tryApplyOne();
                }
            }
            return true;
        }
        return false;
    }

    void hold(JournalEvent event, Runnable effect) {
        held.add(new DeferredEvent(event, effect));
    }

    /** Applies the event that was held longest; no if none is held, or the execution is suspended. */
    boolean tryApplyOne() {
        DeferredEvent first = suspended ? null : held.poll();
        if (first != null) {
            first.effect().run();
        }
        return first != null;
    }

    /** The external events that are held, in order. */
    List<EventRaised> events() {
        return held.stream()
                .filter(waiting -> waiting.event() instanceof EventRaised)
                .map(waiting -> (EventRaised) waiting.event())
                .toList();
    }
}
