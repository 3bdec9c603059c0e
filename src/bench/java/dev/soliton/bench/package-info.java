/**
 * What Soliton costs and how fast it is, measured by {@code mvn -Pbench}; none of it is a test.
 *
 * <p>{@link dev.soliton.bench.Benchmarks} runs all of it. Figures of milliseconds mean something only on a machine that does
 * nothing else; ratios and counts mean something on any.
 *
 * <p>The fakes of the storage, the local host and the counting of requests are those of the tests, whose classes are on its
 * path. What needs to see what is visible in a package only, lies in that package.
 */
@NullMarked
package dev.soliton.bench;

import org.jspecify.annotations.NullMarked;
