/**
 * The orchestrator's code, run against its journal: the context that authors see, its tasks, and the match of each
 * request with its recorded event. It neither reads nor writes storage; {@link EventSource} is its port to the turn.
 */
@NullMarked
package dev.soliton.engine.replay;

import org.jspecify.annotations.NullMarked;
