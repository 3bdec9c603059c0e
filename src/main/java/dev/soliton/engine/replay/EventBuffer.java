package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.store.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events that came for an execution, and those who wait for events.
 *
 * <p>An event that is given to a wait is out of the mailbox only when the orchestrator has seen that the wait is over.
 * Until then it was not processed: should the generation end before, it goes to the next one with those that nobody
 * waited for.
 */
public final class EventBuffer {
    private final Map<String, Deque<BufferedEvent>> events = new HashMap<>();
    private final Map<String, NamedWaiters> waiters = new LinkedHashMap<>();
    private final Set<BufferedEvent> unseen = new HashSet<>();
    private int unclaimed;
    private long unclaimedCharacters;

    /**
     * Those who wait for events of one name, the longest waiting first.
     *
     * @param name as the first of them wrote it
     */
    private record NamedWaiters(String name, Set<Consumer<BufferedEvent>> waiters) {}

    /**
     * An event.
     *
     * @param place the place of its coming in the order in which tasks finish, which is its own
     */
    record BufferedEvent(int place, EventRaised event) {}

    /** Gives an event to whoever has waited longest for its name, or keeps it. */
    void receive(BufferedEvent event) {
        String name = fold(event.event().name());
        NamedWaiters waiting = waiters.get(name);
        if (waiting == null) {
            events.computeIfAbsent(name, first -> new ArrayDeque<>()).add(event);
            unclaimed++;
            unclaimedCharacters += charactersOf(event.event());
            return;
        }
        Consumer<BufferedEvent> longest = waiting.waiters().iterator().next();
        leave(name, longest);
        unseen.add(event);
        longest.accept(event);
    }

    /** Gives the oldest event of a name to a wait; null if there is none. */
    @Nullable
    BufferedEvent take(String name) {
        Deque<BufferedEvent> kept = events.get(fold(name));
        BufferedEvent oldest = kept == null ? null : kept.poll();
        if (oldest != null) {
            unseen.add(oldest);
            unclaimed--;
            unclaimedCharacters -= charactersOf(oldest.event());
        }
        return oldest;
    }

    /** Whether an event of a name is kept that nobody was given. */
    boolean has(String name) {
        Deque<BufferedEvent> kept = events.get(fold(name));
        return kept != null && !kept.isEmpty();
    }

    /** The orchestrator has seen that the wait is over which that event was given to. */
    void seen(BufferedEvent event) {
        unseen.remove(event);
    }

    /** Waits, behind all who wait for that name already, until an event comes; it is given one only. */
    void await(String name, Consumer<BufferedEvent> waiter) {
        waiters.computeIfAbsent(fold(name), first -> new NamedWaiters(name, new LinkedHashSet<>()))
                .waiters()
                .add(waiter);
    }

    /** Waits no longer. */
    void leave(String name, Consumer<BufferedEvent> waiter) {
        waiters.computeIfPresent(
                fold(name),
                (folded, waiting) ->
                        waiting.waiters().remove(waiter) && waiting.waiters().isEmpty() ? null : waiting);
    }

    /** The names that are waited for, in the order in which the waits began. */
    List<String> awaited() {
        return waiters.values().stream().map(NamedWaiters::name).toList();
    }

    /** How many events are kept that nobody has waited for. */
    int unclaimedCount() {
        return unclaimed;
    }

    /** How many characters their values have together, as far as these are in the journal. */
    long unclaimedCharacters() {
        return unclaimedCharacters;
    }

    static int charactersOf(EventRaised event) {
        return event.input() instanceof Payload.Inline inline ? inline.json().length() : 0;
    }

    /** What the orchestrator has not seen, in the order in which it came. */
    List<EventRaised> unclaimed() {
        List<BufferedEvent> all = new ArrayList<>(unseen);
        events.values().forEach(all::addAll);
        all.sort(Comparator.comparingInt(BufferedEvent::place));
        return all.stream().map(BufferedEvent::event).toList();
    }

    /** A name as it is compared: without regard to case, as {@link String#equalsIgnoreCase} sees it, character by character. */
    public static String fold(String name) {
        return name.codePoints()
                .map(character -> Character.toLowerCase(Character.toUpperCase(character)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
