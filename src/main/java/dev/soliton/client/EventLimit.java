package dev.soliton.client;

import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem.Event;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WaitingFor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many events pile up that the instance does not await. They stay in the inbox or the journal until it does,
 * and a full journal fails its instance.
 *
 * <p>A count costs a request, so it is not made with each event, but after every {@link #COUNT_EVERY} events that this
 * process sends to an instance, or fewer large ones. So the limit may be exceeded a little. An instance receives an
 * awaited event also beyond the limit, up to twice the limit: unrequested events do not keep out the one that it needs
 * to go on.
 */
final class EventLimit {
    /** How many events an instance may have that it does not await. */
    static final int MAX_EVENTS = 10_000;

    /**
     * How many characters the values of these events may have together, as far as the values are stored in the events'
     * rows.
     */
    static final long MAX_CHARACTERS = 16L << 20;

    /** After how many events that it sent a process makes a count. */
    static final int COUNT_EVERY = 500;

    /** How long a count that found too many stays valid. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** When the sent events are counted, each such number of characters of a value counts as one more event. */
    private static final int CHARACTERS_OF_AN_EVENT = 2_000;

    private final InstanceStore store;
    private final InstantSource clock;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > LiveExecutionCache.MAX_ENTRIES;
        }
    };

    /**
     * What this process knows of an instance.
     *
     * @param sent how many events it has sent since the last count
     * @param until how long the instance counts as full; null if it does not
     * @param executionId the execution that the last count found; empty if it found none
     * @param found what that count found of the execution
     */
    private record Count(int sent, @Nullable Instant until, String executionId, Load found) {
        static final Count NOTHING = new Count(0, null, "", Load.NONE);

        Count and(int more) {
            return new Count(sent + more, until, executionId, found);
        }
    }

    /** A number of events, and of the characters of their values. */
    private record Load(long events, long characters) {
        static final Load NONE = new Load(0, 0);

        Load and(Load other) {
            return new Load(events + other.events, characters + other.characters);
        }

        Load orMore(Load other) {
            return new Load(Math.max(events, other.events), Math.max(characters, other.characters));
        }

        boolean exceeds(int times) {
            return events >= (long) times * MAX_EVENTS || characters >= times * MAX_CHARACTERS;
        }

        static Load of(@Nullable WaitingFor kept) {
            return kept == null ? NONE : new Load(kept.unclaimedEvents(), kept.unclaimedCharacters());
        }

        static Load of(Partition seen, String executionId) {
            long events = 0;
            long characters = 0;
            for (InboxEntry entry : seen.inbox(executionId)) {
                if (entry.row().item() instanceof Event event) {
                    events++;
                    characters += event.input() instanceof Payload.Inline inline
                            ? inline.json().length()
                            : 0;
                }
            }
            return new Load(events, characters);
        }
    }

    EventLimit(InstanceStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Counts an event that is about to be sent, and now and then those that the instance has.
     *
     * @param length how many characters the event's value has
     * @return the refusal; empty if the event may be sent
     * @throws StorageException if the storage failed
     */
    Optional<TooManyEventsException> refusal(String instanceId, String eventName, int length) {
        Count count = counted(instanceId, length);
        boolean wasFull = count.until() != null && clock.instant().isBefore(count.until());
        boolean counts = count.sent() >= COUNT_EVERY || (count.until() != null && !wasFull);
        if (!counts && !wasFull) {
            return Optional.empty();
        }
        Partition seen = counts ? store.loadWithoutJournal(instanceId) : Partition.EMPTY;
        InstanceRow row = (counts ? seen.instance() : store.findRow(instanceId))
                .map(Versioned::row)
                .filter(found -> !found.status().isTerminal())
                .orElse(null);
        if (row == null || (!counts && !row.key().executionId().equals(count.executionId()))) {
            // The counted execution has ended, and its successor has room for events again.
            note(instanceId, Count.NOTHING);
            return Optional.empty();
        }
        String executionId = row.key().executionId();
        WaitingFor waitingFor = row.values().waitingFor();
        Load taken = Load.of(waitingFor);
        // The inbox entries that were read may have been processed since.
        Load load = counts ? taken.and(Load.of(seen, executionId)) : taken.orMore(count.found());
        if (counts) {
            note(instanceId, new Count(0, load.exceeds(1) ? clock.instant().plus(PAUSE) : null, executionId, load));
        }
        if (!load.exceeds(1)) {
            return Optional.empty();
        }
        return isAwaited(eventName, waitingFor) && !load.exceeds(2)
                ? Optional.empty()
                : Optional.of(new TooManyEventsException(instanceId, eventName, load.events(), load.characters()));
    }

    private static boolean isAwaited(String eventName, @Nullable WaitingFor waitingFor) {
        // If not all awaited names are known, the event may be one of the others.
        return waitingFor != null
                && ((waitingFor.more() && waitingFor.events().size() >= WaitingFor.MOST)
                        || waitingFor.events().stream().anyMatch(eventName::equalsIgnoreCase));
    }

    /** What this process knows of an instance, with one event more; a large one counts as several. */
    private synchronized Count counted(String instanceId, int length) {
        int more = 1 + Math.min(length, Payloads.INLINE_LIMIT) / CHARACTERS_OF_AN_EVENT;
        return counts.merge(instanceId, Count.NOTHING.and(more), (known, none) -> known.and(more));
    }

    private synchronized void note(String instanceId, Count count) {
        counts.put(instanceId, count);
    }
}
