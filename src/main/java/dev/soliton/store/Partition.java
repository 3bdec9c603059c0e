package dev.soliton.store;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a turn has to know of an instance, as one query read it: first the gates, then the inbox, the instance row and
 * the journal. What arrived after the gate was read has changed the gate since, and fails the write that requires it.
 *
 * @param gates the gates and tombstones of all executions
 * @param inbox what arrived for this execution, and for earlier ones that is not deleted yet, in the order of
 *     {@link InboxEntry#ORDER}
 * @param inboxIsWhole whether the inbox has all that arrived before the gates were read; if not, the rest has to be read
 *     once what is here is processed, and as a rule the gates that are here have changed since
 * @param instance the instance row
 * @param journal the rows of the journal, of this execution and generation and of earlier ones that are not cleared away
 *     yet, in order; empty where only {@linkplain InstanceStore#loadWithoutJournal a read without it} was asked for
 */
public record Partition(
        List<Versioned<Gate>> gates,
        List<InboxEntry> inbox,
        boolean inboxIsWhole,
        Optional<Versioned<InstanceRow>> instance,
        List<JournalRow> journal) {

    /** Nothing is there. */
    public static final Partition EMPTY = new Partition(List.of(), List.of(), true, Optional.empty(), List.of());

    public Partition {
        gates = List.copyOf(gates);
        inbox = inbox.stream().sorted(InboxEntry.ORDER).toList();
        journal = List.copyOf(journal);
    }

    /** The gate of an execution, or, without one, the tombstone in its place. */
    public Optional<Versioned<Gate>> gate(String executionId) {
        return gates.stream()
                .filter(gate -> gate.row().executionId().equals(executionId))
                .min(Comparator.comparing(gate -> gate.row().tombstone()));
    }

    /** Whether that incarnation of an execution has not ended. */
    public boolean isLive(Incarnation incarnation) {
        return liveOf(incarnation.executionId()).filter(incarnation::equals).isPresent();
    }

    /** The incarnation that an execution has now; empty if it has ended. */
    public Optional<Incarnation> liveOf(String executionId) {
        return gate(executionId)
                .map(Versioned::row)
                .filter(gate -> !gate.tombstone())
                .map(Gate::incarnation);
    }

    /** What arrived for an execution, in order. */
    public List<InboxEntry> inbox(String executionId) {
        return inbox.stream()
                .filter(entry -> entry.row().executionId().equals(executionId))
                .toList();
    }
}
