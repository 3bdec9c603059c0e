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
 * Keeps events that nobody waits for from piling up without end: they are kept until somebody does, in the inbox or the
 * journal, and a journal that is full fails its instance.
 *
 * <p>That is counted now and then, not with each event, since a count is a request: after every {@link #LOOK_EVERY} events
 * that this process sends to an instance, or fewer large ones. So there can be some more than the limit. What an instance
 * waits for it gets beyond the limit, up to twice of it: events that nobody asked for do not keep out the one that it
 * needs to go on.
 */
final class EventLimit {
    /** How many events may wait for an instance to wait for them. */
    static final int MAX_EVENTS = 10_000;

    /** How many characters their values may have together, as far as these are kept beside the events. */
    static final long MAX_CHARACTERS = 16L << 20;

    /** After how many events of a process it is looked how many there are. */
    static final int LOOK_EVERY = 500;

    /** How long a count holds that found too many. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    /** A value of so many characters counts as one event more when it is counted how many were sent. */
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
     * @param sent what it has sent since the last count
     * @param until how long the instance counts as full; null if it does not
     * @param executionId the execution that the last count found; empty if it found none
     * @param found what that count found of it
     */
    private record Count(int sent, @Nullable Instant until, String executionId, Load found) {
        static final Count NOTHING = new Count(0, null, "", Load.NONE);

        Count and(int more) {
            return new Count(sent + more, until, executionId, found);
        }
    }

    /** So many events, with values of so many characters. */
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
     * Counts an event that is about to be sent, and counts now and then how many there are.
     *
     * @param length how many characters its value has
     * @return what refuses it; empty if it may be sent
     * @throws StorageException if the storage failed
     */
    Optional<TooManyEventsException> refusal(String instanceId, String eventName, int length) {
        Count count = counted(instanceId, length);
        boolean wasFull = count.until() != null && clock.instant().isBefore(count.until());
        boolean looks = count.sent() >= LOOK_EVERY || (count.until() != null && !wasFull);
        if (!looks && !wasFull) {
            return Optional.empty();
        }
        Partition seen = looks ? store.loadWithoutJournal(instanceId) : Partition.EMPTY;
        InstanceRow row = (looks ? seen.instance() : store.findRow(instanceId))
                .map(Versioned::row)
                .filter(found -> !found.status().isTerminal())
                .orElse(null);
        if (row == null || (!looks && !row.key().executionId().equals(count.executionId()))) {
            // What was there has ended, and what follows has a place for events again.
            note(instanceId, Count.NOTHING);
            return Optional.empty();
        }
        String executionId = row.key().executionId();
        WaitingFor waitingFor = row.values().waitingFor();
        Load taken = Load.of(waitingFor);
        // What lay in the inbox when it was read may have been processed since.
        Load load = looks ? taken.and(Load.of(seen, executionId)) : taken.orMore(count.found());
        if (looks) {
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
        // Where not all names are known, it may be one of the others.
        return waitingFor != null
                && ((waitingFor.more() && waitingFor.events().size() >= WaitingFor.MOST)
                        || waitingFor.events().stream().anyMatch(eventName::equalsIgnoreCase));
    }

    /** What is known of an instance, with one event more; large ones count as several. */
    private synchronized Count counted(String instanceId, int length) {
        int more = 1 + Math.min(length, Payloads.INLINE_LIMIT) / CHARACTERS_OF_AN_EVENT;
        return counts.merge(instanceId, Count.NOTHING.and(more), (known, none) -> known.and(more));
    }

    private synchronized void note(String instanceId, Count count) {
        counts.put(instanceId, count);
    }
}
