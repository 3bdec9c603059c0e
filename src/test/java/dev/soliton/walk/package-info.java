/** Counts the classes that a request or a turn passes through. */
@NullMarked
package dev.soliton.walk;

import org.jspecify.annotations.NullMarked;
