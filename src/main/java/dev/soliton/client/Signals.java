package dev.soliton.client;

import dev.soliton.client.SignalOutcome.Accepted;
import dev.soliton.client.SignalOutcome.Ended;
import dev.soliton.client.SignalOutcome.NotFound;
import dev.soliton.store.Fingerprint;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxItem.Event;
import dev.soliton.store.InboxRow;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Receipt;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what callers send to an instance: events, and requests to terminate, suspend and resume. They go to the live
 * execution, through the {@link InboxWriter}.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>The live execution receives it, or none</em>: the live execution and its {@link Incarnation} may be cached
 *       or read from the instance row, and may be out of date either way. The gate of that incarnation decides, in the
 *       transaction that delivers. If the gate is missing, the row is read again: the execution has ended, and its end
 *       is in the row, or it was rewound, or another is live.
 *   <li><em>One eventId, one event</em>: the receipt is under execution and eventId. It is there as long as the
 *       execution's rows, so that a repetition is answered "accepted" also after the event was processed and after the
 *       execution ended.
 *   <li><em>The last request holds</em>: requests to suspend and to resume have receipts, too, so that a copy of one
 *       that is minutes late does not undo the other.
 *   <li><em>Events that the instance does not await are limited</em>, and are refused beyond the limit, see
 *       {@link EventLimit}.
 *   <li><em>No row names a missing payload</em>: a large payload is saved before the row is sent, and discarded only if
 *       the row cannot arrive any more.
 * </ul>
 *
 * <p>Crash points: those of the {@link InboxWriter}. Before its transaction there may be a payload that nothing refers
 * to.
 */
final class Signals {
    /** How often the instance is read while its executions end faster than a delivery takes. */
    private static final int READS = 3;

    private final Storage storage;
    private final InboxWriter inboxWriter;
    private final LiveExecutionCache known;
    private final EventLimit limit;

    /**
     * An event or a request to be sent.
     *
     * @param item makes the inbox item, for the execution of that ID
     * @param fingerprint stands for the eventId; null for none
     * @param answer makes the receipt for that execution, in the place of the eventId; null for none
     */
    private record Signal(
            Function<String, InboxItem> item,
            @Nullable String fingerprint,
            Function<String, @Nullable Receipt> answer) {

        @Nullable
        Receipt receiptFor(String instanceId, String executionId) {
            Receipt receipt = answer.apply(executionId);
            if (receipt != null) {
                return receipt;
            }
            return fingerprint == null ? null : Receipt.ofEvent(instanceId, executionId, fingerprint);
        }
    }

    Signals(Storage storage, InboxWriter inboxWriter, LiveExecutionCache known, InstantSource clock) {
        this.storage = storage;
        this.inboxWriter = inboxWriter;
        this.known = known;
        this.limit = new EventLimit(storage.instances(), clock);
    }

    SignalOutcome raise(String instanceId, String eventName, @Nullable String inputJson, @Nullable String eventId) {
        storage.payloads().check(inputJson);
        Signal signal = new Signal(
                executionId -> new Event(eventName, storage.payloads().save(instanceId, executionId, inputJson)),
                eventId == null ? null : Fingerprint.of(eventId),
                executionId -> null);
        return sendEvent(instanceId, signal, eventName, inputJson);
    }

    /**
     * Sends an event, unless the instance has too many that it does not await; an event that was accepted before stays
     * accepted.
     */
    private SignalOutcome sendEvent(String instanceId, Signal signal, String eventName, @Nullable String inputJson) {
        Optional<TooManyEventsException> refusal =
                limit.refusal(instanceId, eventName, inputJson == null ? 0 : inputJson.length());
        if (refusal.isEmpty()) {
            return send(instanceId, signal);
        }
        Optional<String> executionId = storage.instances()
                .findRow(instanceId)
                .map(found -> found.row().key().executionId());
        if (executionId.isPresent() && wasAccepted(signal.receiptFor(instanceId, executionId.get()))) {
            return new Accepted(executionId.get());
        }
        throw refusal.get();
    }

    /** Raises the event of a start for an instance that is there already. */
    SignalOutcome raise(StartPlan plan, StartPlan.FirstEvent event) {
        Signal signal = new Signal(
                executionId ->
                        new Event(event.name(), storage.payloads().save(plan.instanceId(), executionId, event.input())),
                event.eventId() == null ? null : Fingerprint.of(event.eventId()),
                executionId -> plan.receiptOf(new StartOutcome.Attached(plan.instanceId(), executionId))
                        .orElse(null));
        return sendEvent(plan.instanceId(), signal, event.name(), event.input());
    }

    /** The key of the inbox row of an event that has an ID. */
    static String rowKey(String fingerprint) {
        return "id-" + fingerprint;
    }

    SignalOutcome sendOperation(String instanceId, InboxItem item) {
        return send(instanceId, new Signal(executionId -> item, null, executionId -> null));
    }

    private SignalOutcome send(String instanceId, Signal signal) {
        Incarnation lately = known.of(instanceId);
        if (lately != null && tryDeliver(instanceId, lately, signal)) {
            return new Accepted(lately.executionId());
        }
        for (int reads = 0; reads < READS; reads++) {
            Optional<Versioned<InstanceRow>> found = storage.instances().findRow(instanceId);
            if (found.isEmpty()) {
                return new NotFound();
            }
            InstanceRow row = found.get().row();
            String executionId = row.key().executionId();
            if (row.status().isTerminal()) {
                return wasAccepted(signal.receiptFor(instanceId, executionId))
                        ? new Accepted(executionId)
                        : new Ended(Instance.of(row, null, null));
            }
            if (tryDeliver(instanceId, row.incarnation(), signal)) {
                return new Accepted(executionId);
            }
        }
        throw new StorageException("The executions of '" + instanceId + "' ended again and again.", null);
    }

    /** Whether that execution received the signal, in that incarnation. A no is final. */
    private boolean tryDeliver(String instanceId, Incarnation incarnation, Signal signal) {
        String executionId = incarnation.executionId();
        InboxItem item = signal.item().apply(executionId);
        InboxRow row = signal.fingerprint() == null
                ? inboxWriter.row(executionId, item)
                : inboxWriter.row(executionId, rowKey(signal.fingerprint()), item);
        InboxWriter.Outcome outcome;
        try {
            outcome = inboxWriter.deliver(instanceId, incarnation, row, receipt(instanceId, row, signal));
        } catch (StorageException unanswered) {
            throw item instanceof Event
                    ? OutcomeUnknownException.ofEvent(instanceId, signal.fingerprint() != null, unanswered)
                    : OutcomeUnknownException.ofOperation(instanceId, unanswered);
        }
        if (outcome == InboxWriter.Outcome.NO_GATE) {
            known.forget(instanceId, incarnation);
            discard(item);
            return false;
        }
        if (outcome == InboxWriter.Outcome.ALREADY_THERE) {
            discard(item);
        }
        known.remember(instanceId, incarnation);
        return true;
    }

    private static @Nullable Receipt receipt(String instanceId, InboxRow row, Signal signal) {
        if (row.item() instanceof InboxItem.Suspend || row.item() instanceof InboxItem.Resume) {
            // A request that is sent again may arrive a second time after the opposite request.
            return Receipt.ofEvent(instanceId, row.executionId(), row.key());
        }
        return signal.receiptFor(instanceId, row.executionId());
    }

    private boolean wasAccepted(@Nullable Receipt receipt) {
        return receipt != null
                && storage.instances()
                        .findReceipt(receipt.instanceId(), receipt.key())
                        .isPresent();
    }

    private void discard(InboxItem item) {
        if (item instanceof Event event) {
            try {
                storage.payloads().discard(event.input());
            } catch (StorageException harmless) {
                // The payload belongs to nobody.
            }
        }
    }
}
