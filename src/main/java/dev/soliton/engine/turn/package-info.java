/**
 * One message from read to outcome, and one turn of an instance: what the message asks for, the lock of the
 * instance in this process, activities, child instances and everything that a turn sends.
 */
@NullMarked
package dev.soliton.engine.turn;

import org.jspecify.annotations.NullMarked;
