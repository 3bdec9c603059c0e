/**
 * The events of a journal, their JSON, and how they are packed into rows.
 */
@NullMarked
package dev.soliton.engine.journal;

import org.jspecify.annotations.NullMarked;
