/** What Soliton costs: requests to the storage, counted, and rows and values that stay. */
@NullMarked
package dev.soliton.cost;

import org.jspecify.annotations.NullMarked;
