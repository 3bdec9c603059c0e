/** A function app to try the local host with; it reaches the host as a jar, never by the class path. */
@NullMarked
package dev.soliton.local.host.sample;

import org.jspecify.annotations.NullMarked;
