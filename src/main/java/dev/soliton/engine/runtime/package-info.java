/** What all of the engine uses: clock and IDs, limits, the log of instances, and how a turn is over. */
@NullMarked
package dev.soliton.engine.runtime;

import org.jspecify.annotations.NullMarked;
