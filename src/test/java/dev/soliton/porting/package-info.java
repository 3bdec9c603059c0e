/** The sample of docs/porting.md, as it is after the port: an app as its author writes it, and a test of it. */
@NullMarked
package dev.soliton.porting;

import org.jspecify.annotations.NullMarked;
