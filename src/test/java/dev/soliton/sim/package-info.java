/**
 * A deterministic simulator: the code of engine and instances as it is, in processes that are simulated, over storage
 * that is simulated, with faults. A seed decides what happens, and does so again.
 *
 * <p>The simulator has two words of its own. A <em>strand</em> is what would be a thread in a real process. One strand
 * runs at a time: the one that has the <em>baton</em>, which it hands to the strand that the seed chooses next.
 */
@NullMarked
package dev.soliton.sim;

import org.jspecify.annotations.NullMarked;
