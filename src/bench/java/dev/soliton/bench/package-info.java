/** Measurements of the engine, each run by hand and none of them a test. */
@NullMarked
package dev.soliton.bench;

import org.jspecify.annotations.NullMarked;
