/** What test apps run: orchestrators and activities that the shipped app does not have. Loaded by the host, not by tests. */
@NullMarked
package dev.soliton.e2e.app;

import org.jspecify.annotations.NullMarked;
