/** Faults from outside: a proxy in front of the storage that holds, loses and refuses chosen calls. */
@NullMarked
package dev.soliton.chaos;

import org.jspecify.annotations.NullMarked;
