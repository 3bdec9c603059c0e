/**
 * Measurements of the engine, each run by hand and none of them a test.
 *
 * <p>{@link dev.soliton.bench.GrowthBenchmark} shows how the engine's own time grows with the size of an execution. What
 * it has to show is the last column: ten times as many steps take about ten times as long, and not more than twenty times.
 * The storage is in memory and takes no time. Figures of milliseconds mean something only on a machine that does nothing
 * else.
 *
 * <p>It needs the test classes on its path beside those of the app: the storage in memory is theirs.
 */
@NullMarked
package dev.soliton.bench;

import org.jspecify.annotations.NullMarked;
