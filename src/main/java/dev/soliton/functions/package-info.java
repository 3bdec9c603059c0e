/** The triggers: they translate between Azure Functions and the app's object graph, and decide nothing. */
@NullMarked
package dev.soliton.functions;

import org.jspecify.annotations.NullMarked;
