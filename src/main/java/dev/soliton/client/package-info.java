/**
 * What callers use: start, status, list, events, operations, purge and rewind. Every write here is conditional,
 * and no turn is run. It uses {@code store}.
 */
@NullMarked
package dev.soliton.client;

import org.jspecify.annotations.NullMarked;
