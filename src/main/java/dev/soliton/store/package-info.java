/**
 * The port to the storage: interfaces for tables, queue and blobs, and the rows, messages and values that pass
 * them. It uses {@code orchestration} alone; {@code client}, {@code engine} and the adapter {@code azure} use it.
 */
@NullMarked
package dev.soliton.store;

import org.jspecify.annotations.NullMarked;
