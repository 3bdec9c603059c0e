package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.VersionMarked;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The events between two rewinds, for a run that treats some of their failures as if these had not happened.
 *
 * <p>Up to the first of these failures the run must follow the segment exactly. Behind it the segment is soft: a
 * request of the orchestrator is matched with it as long as both are the same. From the first request that differs, the
 * remaining requests of the segment are dropped. External events stay, and so do the completions of requests that are
 * still open. The marks of a soft part are void: the code that set them may not be passed again.
 */
final class JournalSegment {
    private final Deque<JournalEvent> events;
    private final RewoundCalls rewoundCalls;
    /** The marks that stand between the last event that the run has passed and the next. */
    private final Map<String, Integer> marks = new HashMap<>();

    private boolean soft;

    JournalSegment(Collection<JournalEvent> events, RewoundCalls rewoundCalls) {
        this.events = new ArrayDeque<>(events);
        this.rewoundCalls = rewoundCalls;
    }

    /** Whether the run has passed a discarded failure. */
    boolean isSoft() {
        return soft;
    }

    /**
     * The next event that is not discarded; null if there is no more.
     *
     * @param open whether the completion of the request of a number is still awaited
     */
    @Nullable
    JournalEvent peek(IntPredicate open) {
        for (JournalEvent event = events.peekFirst(); event != null; event = events.peekFirst()) {
            if (event instanceof VersionMarked mark) {
                if (!soft) {
                    marks.put(mark.change(), mark.version());
                }
            } else if (!isPassed(event, open)) {
                return event;
            }
            events.removeFirst();
        }
        return null;
    }

    private boolean isPassed(JournalEvent event, IntPredicate open) {
        if (event instanceof ExecutionCompleted || event instanceof ExecutionTerminated) {
            return true;
        }
        if (event instanceof Request request) {
            return rewoundCalls.isRepeat(request.id());
        }
        Completion completion = Completion.of(event);
        if (completion == null) {
            return false;
        }
        boolean isForgotten = rewoundCalls.has(completion.id());
        soft |= isForgotten;
        return isForgotten || (soft && !open.test(completion.id()));
    }

    /** Moves past the event that {@link #peek} returned. */
    void pass() {
        events.removeFirst();
        marks.clear();
    }

    /** The version of a change whose mark stands before the event that {@link #peek} returned; null if none does. */
    @Nullable
    Integer takeMark(String change) {
        return marks.remove(change);
    }

    /** Removes all requests from here on, and returns them. */
    List<Request> drop() {
        List<Request> dropped = events.stream()
                .filter(Request.class::isInstance)
                .map(Request.class::cast)
                .toList();
        events.removeIf(Request.class::isInstance);
        return dropped;
    }

    /** The external events that the run has not passed yet. */
    List<EventRaised> raised() {
        return events.stream()
                .filter(EventRaised.class::isInstance)
                .map(EventRaised.class::cast)
                .toList();
    }
}
