package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.EventRaised;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events that came for an execution and that nobody took yet, and those who wait for events. */
final class Mailbox {
    private final Map<String, Deque<Letter>> letters = new HashMap<>();
    private final Map<String, Set<Consumer<EventRaised>>> waiters = new HashMap<>();
    private int received;

    /** An event, and how many had come before it, of all names. */
    private record Letter(int number, EventRaised event) {}

    /** Gives an event to whoever has waited longest for its name, or keeps it. */
    void receive(EventRaised event) {
        String name = fold(event.name());
        Set<Consumer<EventRaised>> waiting = waiters.get(name);
        if (waiting == null) {
            letters.computeIfAbsent(name, first -> new ArrayDeque<>()).add(new Letter(received++, event));
            return;
        }
        Consumer<EventRaised> longest = waiting.iterator().next();
        leave(event.name(), longest);
        longest.accept(event);
    }

    /** Takes out the oldest event of a name; null if there is none. */
    @Nullable
    EventRaised take(String name) {
        Deque<Letter> kept = letters.get(fold(name));
        Letter oldest = kept == null ? null : kept.poll();
        return oldest == null ? null : oldest.event();
    }

    /** Waits, behind all who wait for that name already, until an event comes; it is given one only. */
    void await(String name, Consumer<EventRaised> waiter) {
        waiters.computeIfAbsent(fold(name), first -> new LinkedHashSet<>()).add(waiter);
    }

    /** Waits no longer. */
    void leave(String name, Consumer<EventRaised> waiter) {
        waiters.computeIfPresent(
                fold(name), (folded, waiting) -> waiting.remove(waiter) && waiting.isEmpty() ? null : waiting);
    }

    /** What nobody took, in the order in which it came. */
    List<EventRaised> unclaimed() {
        List<Letter> all = new ArrayList<>();
        letters.values().forEach(all::addAll);
        all.sort(Comparator.comparingInt(Letter::number));
        return all.stream().map(Letter::event).toList();
    }

    /** A name as it is compared: events are named without regard to case. */
    static String fold(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
