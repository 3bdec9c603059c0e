/**
 * This process as a worker: the lease that shows that it lives, the release of claims without a turn, and the
 * search for what dead workers held.
 */
@NullMarked
package dev.soliton.engine.worker;

import org.jspecify.annotations.NullMarked;
