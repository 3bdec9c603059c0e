package dev.soliton.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;

/**
 * A work queue in memory, with the receiving end that the host has for real: messages appear when the clock reaches
 * their time, are hidden while somebody works on them, and appear again if they are not deleted.
 */
public final class InMemoryWorkQueue implements WorkQueue {
    private static final Duration MAX_DELAY = Duration.ofDays(7);

    /** How long a received message is hidden: the lease that the host takes. */
    public static final Duration LEASE = Duration.ofMinutes(10);

    /**
     * A message as it was received.
     *
     * @param dequeueCount how often it was received, this time included
     */
    public record Delivery(WorkMessage message, MessageReceipt receipt, int dequeueCount) {}

    private record Entry(WorkMessage message, Instant visibleAt, String popReceipt, int dequeueCount) {}

    /** The place of a message among those that appear, or appeared. */
    private record Place(Instant visibleAt, String id) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::visibleAt).thenComparing(Place::id);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private static final long FIRST_ID = 1_000_000_000L;

    private final InstantSource clock;
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final TreeSet<Place> places = new TreeSet<>();
    private long names;

    public InMemoryWorkQueue(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized MessageReceipt put(WorkMessage message, Duration delay) {
        // The IDs' order is that of the messages.
        String id = Long.toString(FIRST_ID + ++names);
        Entry entry = new Entry(message, after(delay), "pop-" + ++names, 0);
        set(id, entry);
        return receipt(id, entry);
    }

    @Override
    public synchronized void takeBack(MessageReceipt receipt) {
        delete(receipt);
    }

    /** Receives the message that has been visible for longest, if one is. */
    public synchronized Optional<Delivery> receive() {
        return places.isEmpty() || places.first().visibleAt().isAfter(clock.instant())
                ? Optional.empty()
                : Optional.of(take(places.first().id()));
    }

    /**
     * Receives one of the messages that are visible, if any is.
     *
     * @param choice which one, given how many they are, with that in front which has been visible for longest
     */
    public synchronized Optional<Delivery> receive(IntUnaryOperator choice) {
        Instant now = clock.instant();
        List<Place> visible = new ArrayList<>();
        for (Place place : places) {
            if (place.visibleAt().isAfter(now)) {
                break;
            }
            visible.add(place);
        }
        if (visible.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(take(visible.get(choice.applyAsInt(visible.size())).id()));
    }

    private Delivery take(String id) {
        Entry entry = Objects.requireNonNull(entries.get(id));
        return hide(id, entry, entry.dequeueCount() + 1);
    }

    /** Hides a received message anew, as the host does while somebody works on it; empty if it is not held any more. */
    public synchronized Optional<Delivery> renew(Delivery delivery) {
        String id = delivery.receipt().messageId();
        return Optional.ofNullable(entries.get(id))
                .filter(entry -> entry.popReceipt().equals(delivery.receipt().popReceipt()))
                .map(entry -> hide(id, entry, entry.dequeueCount()));
    }

    private Delivery hide(String id, Entry entry, int dequeueCount) {
        Entry hidden = new Entry(entry.message(), clock.instant().plus(LEASE), "pop-" + ++names, dequeueCount);
        set(id, hidden);
        return new Delivery(hidden.message(), receipt(id, hidden), dequeueCount);
    }

    /**
     * Deletes a received message, as the host does after a function returned.
     *
     * @return whether it was there, and not received by somebody else since
     */
    public synchronized boolean delete(Delivery delivery) {
        return delete(delivery.receipt());
    }

    /** Makes a received message visible again after the delay, as the host does after a function failed. */
    public synchronized void redeliver(Delivery delivery, Duration delay) {
        if (!tryRedeliver(delivery, delay)) {
            throw new IllegalStateException("The message is deleted, or somebody else received it: " + delivery);
        }
    }

    /** {@link #redeliver}, if the message is still held. */
    public synchronized boolean tryRedeliver(Delivery delivery, Duration delay) {
        String id = delivery.receipt().messageId();
        Entry entry = entries.get(id);
        if (entry == null || !entry.popReceipt().equals(delivery.receipt().popReceipt())) {
            return false;
        }
        set(id, new Entry(entry.message(), after(delay), "pop-" + ++names, entry.dequeueCount()));
        return true;
    }

    /** Whether a message of an execution can be received at that time. */
    public synchronized boolean isVisibleBy(Instant time, String executionId) {
        return entries.values().stream()
                .anyMatch(entry -> entry.message().executionId().equals(executionId)
                        && !entry.visibleAt().isAfter(time));
    }

    /** All messages that are not deleted: visible, delayed and received ones, in the order they were put. */
    public synchronized List<WorkMessage> messages() {
        return entries.values().stream().map(Entry::message).toList();
    }

    /** Whether one of the messages that are not deleted is of that kind. */
    public synchronized boolean has(Predicate<WorkMessage> kind) {
        for (Entry entry : entries.values()) {
            if (kind.test(entry.message())) {
                return true;
            }
        }
        return false;
    }

    /** When the next message becomes visible, or became so; empty if there is no message. */
    public synchronized Optional<Instant> nextVisibleAt() {
        return places.isEmpty() ? Optional.empty() : Optional.of(places.first().visibleAt());
    }

    private void set(String id, Entry entry) {
        remove(id);
        entries.put(id, entry);
        places.add(new Place(entry.visibleAt(), id));
    }

    private void remove(String id) {
        Entry old = entries.remove(id);
        if (old != null) {
            places.remove(new Place(old.visibleAt(), id));
        }
    }

    private boolean delete(MessageReceipt receipt) {
        Entry entry = entries.get(receipt.messageId());
        boolean mine = entry != null && entry.popReceipt().equals(receipt.popReceipt());
        if (mine) {
            remove(receipt.messageId());
        }
        return mine;
    }

    private Instant after(Duration delay) {
        if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException("A delay is 0 to 7 days, not " + delay + ".");
        }
        return clock.instant().plusSeconds(delay.plusNanos(999_999_999).toSeconds());
    }

    private static MessageReceipt receipt(String id, Entry entry) {
        return new MessageReceipt(id, entry.popReceipt());
    }
}
