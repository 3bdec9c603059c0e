/** What authors of orchestrations write against. */
@NullMarked
@PublicApi
package dev.soliton.orchestration;

import org.jspecify.annotations.NullMarked;
