package dev.soliton.store;

import java.time.Instant;

/**
 * A row that an execution leaves, or will leave, behind: what came in, its journal, proofs, and tombstones.
 *
 * @param executionId the execution
 * @param writtenAt when the row was last written, by the storage's clock
 * @param removal what removes the row
 */
public record PurgeableRow(String executionId, Instant writtenAt, RowChange removal) {}
