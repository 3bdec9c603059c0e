package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.ExecutionResumed;
import dev.soliton.engine.journal.JournalEvent.ExecutionSuspended;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.replay.EventBuffer;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.Partition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived for the execution of a turn, in order, and what the turn has taken of it.
 *
 * <p>A row that the turn has taken stays in the storage until the commit that records it. If the turn dies before, the
 * next one finds the row. A read in between finds the row again, and the reader recognises it by its key.
 *
 * <p>The class is longer than 300 lines: each row waits, is taken, spent, dropped or discarded, and these have to add up.
 */
final class InboxReader {
    private final InstanceSession session;
    private final NavigableSet<InboxEntry> waiting = new TreeSet<>(InboxEntry.ORDER);
    private final Set<String> known = new HashSet<>();
    private final IdentityHashMap<JournalEvent, String> taken = new IdentityHashMap<>();
    private final List<String> spent = new ArrayList<>();
    private final Set<String> discarded = new HashSet<>();
    /** The suspends and resumes among them that came before any that changed something. */
    private final Set<String> needlessControls = new HashSet<>();

    private boolean whole = true;

    InboxReader(InstanceSession session) {
        this.session = session;
    }

    /**
     * Processes what a read of the partition found.
     *
     * @return whether there was anything new
     */
    boolean read(Partition state) {
        boolean more = false;
        for (InboxEntry entry : state.inbox()) {
            if (!entry.row().executionId().equals(session.row().key().executionId())) {
                // Rows that an earlier execution left may stand before those that arrived for this one.
                session.discard(entry.row());
            } else if (known.add(entry.row().key())) {
                waiting.add(entry);
                more = true;
            }
        }
        whole = state.inboxIsWhole();
        return more;
    }

    /** Whether the last read held all that is in the storage. One read holds only so much. */
    boolean isWhole() {
        return whole;
    }

    /** When the first entry that waits arrived; null if none waits. */
    @Nullable
    Instant nextAt() {
        return waiting.isEmpty() ? null : waiting.first().at();
    }

    /**
     * The request to end the execution, whatever else has arrived; null if there is none. Of several requests it has
     * the reason of the first, and is recursive if any of them is.
     */
    InboxItem.@Nullable Terminate termination() {
        return waiting.stream()
                .map(entry -> entry.row().item())
                .filter(InboxItem.Terminate.class::isInstance)
                .map(InboxItem.Terminate.class::cast)
                .reduce((first, later) ->
                        new InboxItem.Terminate(first.reason(), first.recursive() || later.recursive()))
                .orElse(null);
    }

    /**
     * Takes the request that rewound the execution.
     *
     * @param mark makes the event for the request
     * @return the event to record
     */
    JournalEvent takeRewind(Function<InboxItem.Rewind, JournalEvent> mark) {
        for (Iterator<InboxEntry> arrivals = waiting.iterator(); arrivals.hasNext(); ) {
            InboxEntry entry = arrivals.next();
            if (entry.row().item() instanceof InboxItem.Rewind rewind) {
                arrivals.remove();
                JournalEvent event = mark.apply(rewind);
                taken.put(event, entry.row().key());
                return event;
            }
        }
        return mark.apply(new InboxItem.Rewind(null, null));
    }

    /** Why the execution is to end as failed, whatever else has arrived; null if it is not. */
    @Nullable
    String givenUp() {
        return waiting.stream()
                .map(entry -> entry.row().item())
                .filter(InboxItem.GiveUp.class::isInstance)
                .map(item -> ((InboxItem.GiveUp) item).reason())
                .findFirst()
                .orElse(null);
    }

    /**
     * The next event that the execution receives.
     *
     * @param now when it receives the event
     * @param suspended whether the execution is suspended
     * @param openChild whether the orchestrator waits for the sub-orchestration of that number
     * @return null if nothing waits that changes anything
     * @throws TurnStopped if a row that has to go first cannot be removed
     */
    @Nullable
    JournalEvent take(Instant now, boolean suspended, IntPredicate openChild) throws TurnStopped {
        return takeFirst(entry -> true, now, suspended, openChild);
    }

    /** Whether an event of that name waits. */
    boolean hasEvent(String name) {
        String wanted = EventBuffer.fold(name);
        return waiting.stream()
                .anyMatch(entry -> entry.row().item() instanceof InboxItem.Event event
                        && EventBuffer.fold(event.name()).equals(wanted));
    }

    /**
     * The next external event, before everything else.
     *
     * @param asked the number of the wait that asks for it
     * @return null if none waits
     */
    @Nullable
    EventRaised takeEvent(Instant now, int asked) {
        for (Iterator<InboxEntry> arrivals = waiting.iterator(); arrivals.hasNext(); ) {
            InboxEntry entry = arrivals.next();
            if (entry.row().item() instanceof InboxItem.Event raised) {
                arrivals.remove();
                EventRaised event = new EventRaised(raised.name(), raised.input(), asked, now);
                taken.put(event, entry.row().key());
                return event;
            }
        }
        return null;
    }

    /**
     * Drops the events that have arrived up to now, because nothing will take them. The commit that begins the next
     * generation removes as many as it has room for. So they are dropped if and only if that generation begins.
     *
     * @param most for how many rows the commit has room
     * @return whether there were more, which have to be removed before
     */
    boolean dropEvents(int most) {
        boolean more = false;
        for (Iterator<InboxEntry> arrivals = waiting.iterator(); arrivals.hasNext(); ) {
            InboxEntry entry = arrivals.next();
            if (entry.row().item() instanceof InboxItem.Event) {
                arrivals.remove();
                if (taken.size() + spent.size() < most) {
                    spent.add(entry.row().key());
                } else {
                    discard(entry);
                    more = true;
                }
            }
        }
        return more;
    }

    /**
     * The next suspend or resume, before everything else.
     *
     * @throws TurnStopped if a row that has to go first cannot be removed
     */
    @Nullable
    JournalEvent takeControl(Instant now, boolean suspended) throws TurnStopped {
        return takeFirst(InboxReader::isControl, now, suspended, child -> false);
    }

    private static boolean isControl(InboxEntry entry) {
        return entry.row().item() instanceof InboxItem.Suspend || entry.row().item() instanceof InboxItem.Resume;
    }

    private @Nullable JournalEvent takeFirst(
            Predicate<InboxEntry> wanted, Instant now, boolean suspended, IntPredicate openChild) throws TurnStopped {
        for (Iterator<InboxEntry> arrivals = waiting.iterator(); arrivals.hasNext(); ) {
            InboxEntry entry = arrivals.next();
            if (!wanted.test(entry)) {
                continue;
            }
            arrivals.remove();
            JournalEvent event = event(entry.row().item(), now, suspended, openChild);
            if (event != null) {
                if (isControl(entry)) {
                    removeEarlierControls();
                }
                taken.put(event, entry.row().key());
                return event;
            }
            discard(entry);
            if (isControl(entry)) {
                needlessControls.add(entry.row().key());
            } else if (entry.row().item() instanceof InboxItem.GiveUp) {
                // A later turn that finds it would end the execution for it.
                session.removeDiscarded();
            }
        }
        return null;
    }

    /**
     * Removes suspends and resumes that changed nothing when their turn came. Left behind this one, they would change
     * something in a later turn, although they were sent before it.
     */
    private void removeEarlierControls() throws TurnStopped {
        if (needlessControls.stream().anyMatch(session::isToBeDiscarded)) {
            session.removeDiscarded();
        }
        needlessControls.clear();
    }

    /** Has the writes of this turn remove the row when they have room, whether or not they commit anything. */
    private void discard(InboxEntry entry) {
        session.discard(entry.row().key());
        discarded.add(entry.row().key());
    }

    /** The event for an arrival; null for an arrival that changes nothing. */
    private @Nullable JournalEvent event(InboxItem item, Instant at, boolean suspended, IntPredicate openChild) {
        if (item instanceof InboxItem.Event raised) {
            return new EventRaised(raised.name(), raised.input(), at);
        }
        if (item instanceof InboxItem.Suspend suspend) {
            return suspended ? null : new ExecutionSuspended(suspend.reason(), at);
        }
        if (item instanceof InboxItem.Resume resume) {
            return suspended ? new ExecutionResumed(resume.reason(), true, at) : null;
        }
        if (item instanceof InboxItem.Terminate terminate) {
            return ExecutionTerminated.of(terminate, at);
        }
        if (item instanceof InboxItem.GiveUp || item instanceof InboxItem.Rewind) {
            // The turn for which it arrived shows that the execution can go on.
            return null;
        }
        InboxItem.ChildEnded child = (InboxItem.ChildEnded) item;
        if (child.generation() != session.row().key().generation() || !openChild.test(child.taskId())) {
            // It was delivered twice, or the orchestrator does not wait for it any more.
            return null;
        }
        return child.failure() != null
                ? new SubOrchestrationFailed(child.taskId(), child.failure(), at)
                : new SubOrchestrationCompleted(child.taskId(), child.result(), at);
    }

    /** The keys of the rows whose events were taken and are not committed yet. */
    IdentityHashMap<JournalEvent, String> taken() {
        return taken;
    }

    /** Notes that what was taken is no event of the current generation. */
    void markTakenSpent() {
        taken.values().stream().sorted().forEach(spent::add);
        taken.clear();
    }

    /** The keys of the rows that were taken for an earlier generation. The commit that ends it removes them. */
    List<String> spent() {
        return spent;
    }

    /** How many rows the next commits have to remove. */
    int takenCount() {
        return taken.size() + spent.size();
    }

    /** Notes that these events are committed and their rows are gone: a later row with the same key is another one. */
    void committed(List<JournalEvent> events) {
        for (JournalEvent event : events) {
            String key = taken.remove(event);
            if (key != null) {
                known.remove(key);
            }
        }
    }

    /**
     * Notes that the spent rows are gone, and some of the discarded ones: a later row with the same key is another one.
     */
    void spentAreGone() {
        known.removeAll(spent);
        spent.clear();
        for (Iterator<String> keys = discarded.iterator(); keys.hasNext(); ) {
            String key = keys.next();
            if (!session.isToBeDiscarded(key)) {
                known.remove(key);
                keys.remove();
            }
        }
    }

    /**
     * Takes out what waits, because nothing will take it any more once the execution has ended.
     *
     * @param mayGoOn whether the execution may still be rewound, so that events and ends of sub-orchestrations stay
     * @return the keys of the rows that nobody needs any more when the end is written. Before that they have to stay: if
     *     the end is not written, the request to terminate and the events are still to be processed
     */
    List<String> takeAll(boolean mayGoOn) {
        List<String> keys = waiting.stream()
                .map(InboxEntry::row)
                .filter(row -> !mayGoOn
                        || !(row.item() instanceof InboxItem.Event || row.item() instanceof InboxItem.ChildEnded))
                .map(InboxRow::key)
                .toList();
        waiting.clear();
        return keys;
    }
}
