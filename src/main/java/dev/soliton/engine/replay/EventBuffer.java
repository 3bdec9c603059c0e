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
 * The external events that a run has received, and the waits for events.
 *
 * <p>An event that a wait has received leaves the buffer only when the orchestrator has seen that the wait is over.
 * Until then it counts as unprocessed: should the generation end before, the next one inherits it, together with the
 * events that no wait received.
 */
public final class EventBuffer {
    private final Map<String, Deque<BufferedEvent>> events = new HashMap<>();
    private final Map<String, NamedWaiters> waiters = new LinkedHashMap<>();
    private final Set<BufferedEvent> unseen = new HashSet<>();
    private int unclaimed;
    private long unclaimedCharacters;

    /**
     * The waits for events of one name, the longest waiting first.
     *
     * @param name the name as the first of them wrote it
     */
    private record NamedWaiters(String name, Set<Consumer<BufferedEvent>> waiters) {}

    /**
     * An event.
     *
     * @param place the event's own place in the order in which tasks finish, by when it arrived
     */
    record BufferedEvent(int place, EventRaised event) {}

    /** Gives an event to the wait that has waited longest for its name, or keeps it. */
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

    /** Whether the buffer keeps an event of a name that no wait has received. */
    boolean has(String name) {
        Deque<BufferedEvent> kept = events.get(fold(name));
        return kept != null && !kept.isEmpty();
    }

    /** Notes that the orchestrator has seen the end of the wait that received the event. */
    void seen(BufferedEvent event) {
        unseen.remove(event);
    }

    /** Adds a wait, behind all others for that name. It receives one event. */
    void await(String name, Consumer<BufferedEvent> waiter) {
        waiters.computeIfAbsent(fold(name), first -> new NamedWaiters(name, new LinkedHashSet<>()))
                .waiters()
                .add(waiter);
    }

    /** Removes a wait. */
    void leave(String name, Consumer<BufferedEvent> waiter) {
        waiters.computeIfPresent(
                fold(name),
                (folded, waiting) ->
                        waiting.waiters().remove(waiter) && waiting.waiters().isEmpty() ? null : waiting);
    }

    /** The names of the awaited events, in the order in which the waits began. */
    List<String> awaited() {
        return waiters.values().stream().map(NamedWaiters::name).toList();
    }

    /** How many events the buffer keeps that no wait has received. */
    int unclaimedCount() {
        return unclaimed;
    }

    /** How many characters the values of these events have together, as far as the values are in the journal itself. */
    long unclaimedCharacters() {
        return unclaimedCharacters;
    }

    static int charactersOf(EventRaised event) {
        return event.input() instanceof Payload.Inline inline ? inline.json().length() : 0;
    }

    /** The events that the orchestrator has not seen, in the order in which they arrived. */
    List<EventRaised> unclaimed() {
        List<BufferedEvent> all = new ArrayList<>(unseen);
        events.values().forEach(all::addAll);
        all.sort(Comparator.comparingInt(BufferedEvent::place));
        return all.stream().map(BufferedEvent::event).toList();
    }

    /**
     * A name in the form in which names are compared: without regard to case, as {@link String#equalsIgnoreCase} does,
     * character by character.
     */
    public static String fold(String name) {
        return name.codePoints()
                .map(character -> Character.toLowerCase(Character.toUpperCase(character)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
