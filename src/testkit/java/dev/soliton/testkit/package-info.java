/**
 * A kit to test orchestrators with: {@link dev.soliton.testkit.TestHub} runs them in memory, with activities that are
 * made up and a clock that the test sets.
 */
@NullMarked
package dev.soliton.testkit;

import org.jspecify.annotations.NullMarked;
