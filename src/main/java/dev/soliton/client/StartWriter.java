package dev.soliton.client;

import dev.soliton.client.StartOutcome.Attached;
import dev.soliton.client.StartOutcome.Started;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Fingerprint;
import dev.soliton.store.FirstMessage;
import dev.soliton.store.InboxItem;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payload;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a start that does not queue: the input, the message and the row of a new instance, or the receipt of a
 * start that is attached to another one.
 *
 * <p>Crash points: before the message, nothing happened. Between message and row, the receiver of the message finds no
 * row and writes a tombstone; the ID is as free as before all the while. After the row, the message is there to run it.
 */
final class StartWriter {
    private final Storage storage;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final InboxWriter inboxWriter;
    private final Acceptance acceptance;

    StartWriter(Storage storage, InboxWriter inboxWriter, InstantSource clock, Supplier<String> ids, Waits waits) {
        this.storage = storage;
        this.clock = clock;
        this.ids = ids;
        this.inboxWriter = inboxWriter;
        this.acceptance = new Acceptance(storage.instances(), waits);
    }

    /**
     * Starts the instance, if the ID is still free, or still has the same holder.
     *
     * @return empty if the ID has another holder now
     */
    Optional<StartOutcome> tryStart(StartPlan plan, @Nullable Versioned<InstanceRow> holder) {
        String instanceId = plan.instanceId();
        Started started = new Started(instanceId, ids.get());
        ExecutionKey key = new ExecutionKey(instanceId, started.executionId(), 0);
        Payload saved = storage.payloads().save(instanceId, key.executionId(), plan.input());
        List<RowChange> more = new ArrayList<>();
        plan.receiptOf(started).map(RowChange.InsertReceipt::new).ifPresent(more::add);
        Payload raised = raise(plan, key, more);
        Instant now = now();
        Instant begins = StartPlan.begins(plan.options().startAt(), now);
        Base base = holder == null ? Base.NO_ROW : new Base(holder.etag());
        WorkQueue.MessageReceipt message = FirstMessage.put(storage.queue(), key, base, begins, now);
        InstanceRow row = InstanceRow.pending(key, plan.name(), null, saved, now, ids.get())
                .beginningAt(begins)
                .fencedFrom(storage.instances().serviceTime())
                .fencedAbove(holder == null ? null : holder.row());
        if (isAccepted(plan, row, holder == null ? null : holder.etag(), more)) {
            if (holder != null) {
                discard(holder.row().values());
            }
            return Optional.of(started);
        }
        withdraw(message, saved, raised);
        return Optional.empty();
    }

    private boolean isAccepted(StartPlan plan, InstanceRow row, @Nullable String replaced, List<RowChange> more) {
        try {
            return acceptance.tryAccept(row, replaced, more).isPresent();
        } catch (OutcomeUnknownException unknown) {
            throw plan.isFresh()
                    ? OutcomeUnknownException.ofFreshStart(plan.instanceId(), unknown.getCause())
                    : unknown;
        }
    }

    /** Adds the event that is raised with the start. */
    private @Nullable Payload raise(StartPlan plan, ExecutionKey key, List<RowChange> changes) {
        StartPlan.FirstEvent event = plan.event();
        if (event == null) {
            return null;
        }
        Payload payload = storage.payloads().save(key.instanceId(), key.executionId(), event.input());
        InboxItem item = new InboxItem.Event(event.name(), payload);
        String eventId = event.eventId();
        if (eventId == null) {
            changes.add(new RowChange.InsertInbox(inboxWriter.row(key.executionId(), item)));
        } else {
            String fingerprint = Fingerprint.of(eventId);
            changes.add(
                    new RowChange.InsertInbox(inboxWriter.row(key.executionId(), Signals.rowKey(fingerprint), item)));
            changes.add(new RowChange.InsertReceipt(Receipt.ofEvent(key.instanceId(), key.executionId(), fingerprint)));
        }
        return payload;
    }

    /**
     * Writes the receipt that the caller is attached to an execution, if that is still live.
     *
     * @throws StorageException if the storage failed; the receipt may have been written
     */
    boolean tryAttach(StartPlan plan, Attached attached, Incarnation incarnation) {
        Optional<Receipt> proof = plan.receiptOf(attached);
        if (proof.isEmpty()) {
            return true;
        }
        List<RowChange> changes =
                List.of(new RowChange.InsertReceipt(proof.get()), new RowChange.TouchGate(incarnation, null));
        return storage.instances().write(plan.instanceId(), changes) instanceof WriteOutcome.Written;
    }

    /**
     * Removes the payloads of a start that has lost, and then its message, which has nothing to do. The message is the
     * last: its receiver would write a tombstone, and the tombstone leads a purge to payloads that are left.
     */
    private void withdraw(WorkQueue.MessageReceipt message, @Nullable Payload input, @Nullable Payload event) {
        try {
            storage.payloads().discard(input);
            storage.payloads().discard(event);
            storage.queue().takeBack(message);
        } catch (StorageException harmless) {
            // The message is there.
        }
    }

    /**
     * Removes the payloads of an instance that was replaced. The turns of the next one remove those that its journal
     * names.
     */
    private void discard(InstanceRow.Values values) {
        try {
            storage.payloads().discard(values);
        } catch (StorageException harmless) {
            // Nobody will ever read them; a purge of the instance finds them.
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
