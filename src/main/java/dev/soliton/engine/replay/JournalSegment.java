package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.Request;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded in front of a rewind, up to the one before: as a run goes along it to which some failures are as if
 * they had not been.
 *
 * <p>Up to the first of these failures the segment is replayed strictly. Behind it, it is soft: what the orchestrator
 * asks for is taken from it as long as it is the same, and from where it is not, nothing that was asked for is. What came
 * from outside stays, and so do the answers to what was asked for and is still waited for.
 */
final class JournalSegment {
    private final Deque<JournalEvent> events;
    private final RewoundCalls rewoundCalls;
    private boolean soft;

    JournalSegment(Collection<JournalEvent> events, RewoundCalls rewoundCalls) {
        this.events = new ArrayDeque<>(events);
        this.rewoundCalls = rewoundCalls;
    }

    /** Whether a failure was passed that is forgotten. */
    boolean isSoft() {
        return soft;
    }

    /**
     * What is next, behind what is forgotten; null if there is no more.
     *
     * @param open whether the answer to the request of that number is waited for
     */
    @Nullable
    JournalEvent peek(IntPredicate open) {
        for (JournalEvent event = events.peekFirst(); event != null; event = events.peekFirst()) {
            if (!isPassed(event, open)) {
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

    /** Goes past what {@link #peek} showed. */
    void pass() {
        events.removeFirst();
    }

    /** Removes all that was asked for from here on, and returns it. */
    List<Request> drop() {
        List<Request> dropped = events.stream()
                .filter(Request.class::isInstance)
                .map(Request.class::cast)
                .toList();
        events.removeIf(Request.class::isInstance);
        return dropped;
    }

    /** The events from outside that were not passed yet. */
    List<EventRaised> raised() {
        return events.stream()
                .filter(EventRaised.class::isInstance)
                .map(EventRaised.class::cast)
                .toList();
    }
}
