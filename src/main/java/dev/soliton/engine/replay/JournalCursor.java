package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.ExecutionRewound;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.VersionMarked;
import dev.soliton.orchestration.OrchestrationContext;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The place in the journal up to which a run has got: it holds the recorded events that the run has not met yet, and
 * the new ones.
 *
 * <p>Each rewind ends a {@link JournalSegment}. The cursor searches the first segment for a request of the
 * orchestrator. If the request belongs to a call that a rewind has discarded, it searches the segments behind that
 * rewind. Otherwise the request must match the events behind all segments exactly. The events that the orchestrator
 * receives come from the first segment that has some left. Once no segment has any left, all is as without a rewind.
 * Requests that were made meanwhile stand in front of the events that were received since, so each replay goes the same
 * way.
 *
 * <p>Marks of versions are no events that a run has to meet: the cursor passes over those that nobody asks for.
 *
 * <p>Numbers grow from segment to segment, so no two requests of a generation ever have the same number, discarded or
 * not.
 */
final class JournalCursor {
    /**
     * The most characters that all values in the journal itself may have together: a turn has all of them in memory.
     */
    static final long MAX_CHARACTERS = 64L << 20;

    private final List<JournalSegment> segments = new ArrayList<>();
    private final RewoundCalls rewoundCalls = new RewoundCalls();
    private final Map<Integer, SubOrchestrationScheduled> children = new HashMap<>();
    private final Deque<JournalEvent> recorded;
    /** The marks that stand in front of the next event of {@link #recorded}. */
    private final Map<String, Integer> marks = new HashMap<>();

    private final List<JournalEvent> fresh = new ArrayList<>();
    private final List<Request> dropped = new ArrayList<>();
    private final int maxEvents;
    private @Nullable Instant rewoundAt;
    private int length;
    private long characters;
    private int nextId;

    /**
     * How a request matches the journal.
     *
     * @param recorded the event that is recorded in its place; null if the request is new
     * @param same whether that event is the same request
     * @param id the number of the request
     * @param rewound the last attempt of the call, if it is a call of a sub-orchestration that a rewind has discarded
     */
    record Match(@Nullable JournalEvent recorded, boolean same, int id, @Nullable SubOrchestrationScheduled rewound) {
        Match(JournalEvent recorded, boolean same, int id) {
            this(recorded, same, id, null);
        }
    }

    JournalCursor(List<JournalEvent> journal, int maxEvents) {
        int begin = 0;
        for (int i = 0; i < journal.size(); i++) {
            if (journal.get(i) instanceof ExecutionRewound rewound) {
                List<JournalEvent> segment = journal.subList(begin, i);
                rewoundCalls.discard(segment, segments.size());
                segments.add(new JournalSegment(segment, rewoundCalls));
                rewoundAt = rewound.at();
                begin = i + 1;
            }
        }
        for (JournalEvent event : journal.subList(0, begin)) {
            nextId = event instanceof Request request ? Math.max(nextId, request.id() + 1) : nextId;
            if (event instanceof SubOrchestrationScheduled child) {
                children.put(child.id(), child);
            }
        }
        this.recorded = new ArrayDeque<>(journal.subList(begin, journal.size()));
        this.length = journal.size();
        journal.forEach(event -> characters += EventLength.of(event));
        this.maxEvents = maxEvents;
    }

    /** The new events. The turn removes those that it has committed. */
    List<JournalEvent> fresh() {
        return fresh;
    }

    /**
     * The recorded requests that will not be made again since a rewind. The turn removes those that it has processed.
     */
    List<Request> dropped() {
        return dropped;
    }

    /** When the execution was last rewound; null if it never was. */
    @Nullable
    Instant rewoundAt() {
        return rewoundAt;
    }

    /**
     * The next recorded event; null if there is no more.
     *
     * @param open whether the completion of the request of a number is still awaited
     */
    @Nullable
    JournalEvent peek(IntPredicate open) {
        for (JournalSegment segment : segments) {
            JournalEvent next = segment.peek(open);
            if (next != null) {
                return next;
            }
        }
        return peekRecorded();
    }

    private @Nullable JournalEvent peekRecorded() {
        while (recorded.peekFirst() instanceof VersionMarked mark) {
            marks.put(mark.change(), mark.version());
            recorded.removeFirst();
        }
        return recorded.peekFirst();
    }

    private @Nullable JournalEvent pollRecorded() {
        JournalEvent next = peekRecorded();
        if (next != null) {
            recorded.removeFirst();
            marks.clear();
        }
        return next;
    }

    /**
     * Moves past the next event that the orchestrator receives, and returns it; null if no more is recorded. The event
     * is a request if the journal has one in this place that must be met.
     */
    @Nullable
    JournalEvent next(IntPredicate open) {
        for (JournalSegment segment : segments) {
            JournalEvent next = segment.peek(open);
            if (next instanceof Request && segment.isSoft()) {
                drop(segment);
                next = segment.peek(open);
            }
            if (next != null) {
                segment.pass();
                return next;
            }
        }
        return pollRecorded();
    }

    /**
     * The version of a change in which the run passed here before: that of its mark, {@link
     * OrchestrationContext#DEFAULT_VERSION} if there is none, and null if no run has been here, or none since a rewind.
     */
    @Nullable
    Integer passedVersion(String change, IntPredicate open) {
        for (JournalSegment segment : segments) {
            JournalEvent next = segment.peek(open);
            Integer marked = segment.takeMark(change);
            if (marked != null) {
                return marked;
            }
            if (next != null && !segment.isSoft()) {
                return OrchestrationContext.DEFAULT_VERSION;
            }
        }
        JournalEvent next = peekRecorded();
        Integer marked = marks.remove(change);
        return marked != null || next == null ? marked : Integer.valueOf(OrchestrationContext.DEFAULT_VERSION);
    }

    /** Matches a request with the journal. */
    Match match(Predicate<JournalEvent> same, IntPredicate open) {
        SubOrchestrationScheduled child = null;
        int at = 0;
        while (at < segments.size()) {
            JournalSegment segment = segments.get(at);
            JournalEvent next = segment.peek(open);
            if (next instanceof Request request && same.test(request)) {
                segment.pass();
                Integer rewind = rewoundCalls.rewindOf(request.id());
                if (rewind == null) {
                    return new Match(request, true, request.id());
                }
                child = lastAttempt(request.id());
                at = rewind + 1;
            } else if (next == null || segment.isSoft()) {
                drop(segment);
                at++;
            } else {
                return new Match(next, false, next instanceof Request request ? request.id() : nextId);
            }
        }
        JournalEvent next = pollRecorded();
        int id = nextId++;
        return new Match(next, next instanceof Request request && request.id() == id && same.test(request), id, child);
    }

    /**
     * The last request for a sub-orchestration in the call whose first request has that number; null if it is no call
     * of a sub-orchestration.
     */
    private @Nullable SubOrchestrationScheduled lastAttempt(int first) {
        SubOrchestrationScheduled last = null;
        for (int id : rewoundCalls.requestsOf(first)) {
            last = children.getOrDefault(id, last);
        }
        return last;
    }

    private void drop(JournalSegment segment) {
        dropped.addAll(segment.drop());
    }

    /** The next recorded event that the run had to meet before its end; null if there is none. */
    @Nullable
    JournalEvent left(IntPredicate open) {
        for (JournalSegment segment : segments) {
            JournalEvent next = segment.peek(open);
            if (next != null && !segment.isSoft()) {
                return next;
            }
            drop(segment);
        }
        return peekRecorded();
    }

    /** The external events in front of a rewind that the orchestrator has not received. */
    List<EventRaised> raised() {
        return segments.stream().flatMap(segment -> segment.raised().stream()).toList();
    }

    /** The sequence number of the next request. */
    int nextId() {
        return nextId;
    }

    /**
     * Appends a new event.
     *
     * @throws JournalTooLongException if the journal is full
     */
    void add(JournalEvent event) {
        if (length >= maxEvents) {
            throw new JournalTooLongException(maxEvents + " events");
        }
        if (characters >= MAX_CHARACTERS) {
            throw new JournalTooLongException(MAX_CHARACTERS + " characters of inputs and results");
        }
        addLast(event);
    }

    /** Appends the last event, even if the journal is full. */
    void addLast(JournalEvent event) {
        length++;
        characters += EventLength.of(event);
        fresh.add(event);
    }
}
