package dev.soliton.store;

import java.time.Instant;

/**
 * A row that an execution leaves, or will leave, behind: inbox, journal, receipts and tombstones.
 *
 * @param executionId the execution
 * @param writtenAt when the row was last written, by the storage's clock
 * @param removal what removes the row
 */
public record PurgeableRow(String executionId, Instant writtenAt, RowChange removal) {}
