/** Runs the turns of instances: receives their messages, claims them, replays their journal and commits what is new. */
@NullMarked
package dev.soliton.engine;

import org.jspecify.annotations.NullMarked;
