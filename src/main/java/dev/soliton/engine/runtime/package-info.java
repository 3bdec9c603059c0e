/** What all of the engine uses: clock and IDs, limits, the log of instances, and the reasons for which a turn stops. */
@NullMarked
package dev.soliton.engine.runtime;

import org.jspecify.annotations.NullMarked;
