/**
 * A stand-in for {@code func start}: runs the staged folder of a Java function app with HTTP, queue and timer triggers.
 *
 * <p>Faithful where the real host is unhelpful, and small: what the app's own functions do not use is refused by name.
 */
@NullMarked
package dev.soliton.local.host;

import org.jspecify.annotations.NullMarked;
