/**
 * Proof on real processes: a mixed workload, hosts that are killed and stopped, storage that fails, and a checker that
 * afterwards says from an independent log whether the promises were kept.
 */
@NullMarked
package dev.soliton.reliability;

import org.jspecify.annotations.NullMarked;
