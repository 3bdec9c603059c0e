package dev.soliton.store;

import java.time.Instant;

/**
 * What the storage shows of a worker.
 *
 * @param since when the record last changed: when it was marked, if it is marked; by the storage's clock
 */
public record WorkerRecord(String worker, WorkerState state, Instant since) {}
