package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.WaitingFor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The port of a run to its turn. A run that has used up its journal gets its further events here. */
public interface EventSource {

    /** The state that a run has reached, for the turn that commits it and waits for its next event. */
    interface State {

        /** The events since the last commit. The turn removes those that it has committed. */
        List<JournalEvent> fresh();

        /** Requests of the journal that a rewind has made void. The turn removes those that it has processed. */
        default List<JournalEvent.Request> dropped() {
            return List.of();
        }

        /** The custom status from the next commit on, as JSON. */
        @Nullable
        String customStatus();

        /** The timers that the orchestrator awaits, or may still await. */
        Timers timers();

        /** What the status shows from the next commit on as awaited; null where that is not known. */
        default @Nullable WaitingFor waitingFor() {
            return null;
        }

        /** Whether the execution is suspended. */
        boolean isSuspended();

        /** Why the execution is suspended, as far as the caller gave a reason. */
        default @Nullable String suspendedFor() {
            return null;
        }
    }

    /** The time by the owner's clock; never before that of the last event. */
    Instant now();

    /**
     * The next event that comes before the first line of the orchestrator: a suspend or a resume in the inbox. The
     * returned event is not committed yet. The run calls this until nothing is left.
     *
     * @return null if there is none
     */
    @Nullable
    JournalEvent beforeStart(State state) throws TurnStopped;

    /** The earliest time at which the orchestrator may begin; null for at once. */
    default @Nullable Instant beginsAt() {
        return null;
    }

    /**
     * The next event that has arrived, for a wait without time. The run calls this until an event of the name is there,
     * or none is left. The returned event is not committed yet.
     *
     * @param asked the number of the wait
     * @return null if no event of that name has arrived
     */
    default JournalEvent.@Nullable EventRaised takeEvent(State state, String name, int asked) throws TurnStopped {
        return null;
    }

    /**
     * Commits the new events, if something depends on them, and waits for the next one. The returned event is not
     * committed yet.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    JournalEvent next(State state) throws TurnStopped;
}
