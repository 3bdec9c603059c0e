/** What authors of orchestrations write against. */
@NullMarked
package dev.soliton.orchestration;

import org.jspecify.annotations.NullMarked;
