/** The app on one's own machine: a storage emulator, the local host, and the launcher that runs both. */
@NullMarked
package dev.soliton.local;

import org.jspecify.annotations.NullMarked;
