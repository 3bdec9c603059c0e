package dev.soliton.engine;

import java.time.Instant;

/**
 * What the storage shows of a worker.
 *
 * @param since when the sign last changed: when it was marked, if it is marked; by the storage's clock
 */
public record WorkerSign(String worker, WorkerLife life, Instant since) {}
