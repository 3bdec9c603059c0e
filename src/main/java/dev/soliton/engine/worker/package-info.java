/**
 * This process as a worker: the lease that shows that it lives, the release of claims without a turn, and the search
 * for what dead workers owned.
 */
@NullMarked
package dev.soliton.engine.worker;

import org.jspecify.annotations.NullMarked;
