/**
 * A deterministic simulator: the code of engine and instances as it is, in processes that are simulated, over storage that
 * is simulated, with faults. A seed decides what happens, and does so again.
 */
@NullMarked
package dev.soliton.sim;

import org.jspecify.annotations.NullMarked;
