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
 * Whether an execution stands still. While it does, what happens is taken from the journal and held; once it is resumed,
 * that is applied in order.
 */
final class Suspension {
    private final Deque<DeferredEvent> held = new ArrayDeque<>();
    private boolean suspended;
    private @Nullable String reason;

    /** A happening that was understood, and waits until the execution is resumed. */
    private record DeferredEvent(JournalEvent event, Runnable effect) {}

    boolean isSuspended() {
        return suspended;
    }

    /** Why it stands still, as far as whoever asked for it said so. */
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
        if (event instanceof ExecutionSuspended told) {
            suspended = true;
            reason = told.reason();
            return true;
        }
        if (event instanceof ExecutionResumed resumed) {
            suspended = false;
            if (Boolean.TRUE.equals(resumed.all())) {
                // What came in meanwhile is there: a wait for what is there is to find it.
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

    /** Applies what has been held for longest; no if nothing is held. */
    boolean tryApplyOne() {
        DeferredEvent first = held.poll();
        if (first != null) {
            first.effect().run();
        }
        return first != null;
    }

    /** The events that are held, in order. */
    List<EventRaised> events() {
        return held.stream()
                .filter(waiting -> waiting.event() instanceof EventRaised)
                .map(waiting -> (EventRaised) waiting.event())
                .toList();
    }
}
