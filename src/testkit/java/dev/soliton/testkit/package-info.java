/**
 * A kit to test orchestrators with: {@link dev.soliton.testkit.TestHub} runs them in memory, with activities that are
 * made up and a clock that the test sets.
 */
@NullMarked
@PublicApi
package dev.soliton.testkit;

import dev.soliton.orchestration.PublicApi;
import org.jspecify.annotations.NullMarked;
