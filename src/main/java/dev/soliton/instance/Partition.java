package dev.soliton.instance;

import java.util.List;
import java.util.Optional;

/**
 * All that a turn has to know of an instance, as one query read it: first the gates, then the instance row, then the
 * journal. What came in after the gate was read has changed the gate since, and fails the write that requires it.
 *
 * @param gates the gates and tombstones of all executions
 * @param instance the instance row
 * @param journal the rows of the journal, of this execution and of earlier ones that are not cleared away yet, in order
 */
public record Partition(
        List<Versioned<Gate>> gates, Optional<Versioned<InstanceRow>> instance, List<JournalRow> journal) {

    public Partition {
        gates = List.copyOf(gates);
        journal = List.copyOf(journal);
    }

    /** The gate of an execution, or the tombstone in its place. */
    public Optional<Versioned<Gate>> gate(String executionId) {
        return gates.stream()
                .filter(gate -> gate.row().executionId().equals(executionId))
                .findFirst();
    }
}
