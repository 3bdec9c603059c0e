/** The JSON of values: what is taken in, and how objects become texts and texts objects. */
@NullMarked
package dev.soliton.json;

import org.jspecify.annotations.NullMarked;
