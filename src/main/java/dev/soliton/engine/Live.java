package dev.soliton.engine;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an execution turns to when its journal has no more to say: the part of a turn that touches the world. */
interface Live {

    /** The time by the owner's clock, never before that of the last event. */
    Instant now();

    /**
     * Commits what is new, where something depends on it, and waits for what comes next. The event returned is not
     * committed yet.
     *
     * @param fresh what happened since the last commit; what was committed is removed
     * @param customStatus what the status is to show from the next commit on
     * @throws TurnStopped if the turn cannot go on
     */
    JournalEvent next(List<JournalEvent> fresh, @Nullable String customStatus) throws TurnStopped;
}
