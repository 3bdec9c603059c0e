/** The staged app, run by the local host on Azurite and called over HTTP. */
@NullMarked
package dev.soliton.e2e;

import org.jspecify.annotations.NullMarked;
