package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.WaitingFor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an execution turns to when its journal has no more to say: the part of a turn that touches the world. */
public interface EventSource {

    /** What an execution has come to, for those who commit it and wait for it. */
    interface State {

        /** What happened since the last commit; what was committed is removed. */
        List<JournalEvent> fresh();

        /** Requests of the journal that have become void, by a rewind; who takes note of them removes them. */
        default List<JournalEvent.Request> dropped() {
            return List.of();
        }

        /** What the status is to show from the next commit on, as JSON. */
        @Nullable
        String customStatus();

        /** The timers that somebody waits for, or may still wait for. */
        Timers timers();

        /** What the status is to say that it waits for from the next commit on; null where that is not known. */
        default @Nullable WaitingFor waitingFor() {
            return null;
        }

        /** Whether the execution stands still until it is resumed. */
        boolean isSuspended();

        /** Why it stands still, as far as whoever asked for it said so. */
        default @Nullable String suspendedFor() {
            return null;
        }
    }

    /** The time by the owner's clock, never before that of the last event. */
    Instant now();

    /**
     * What is to happen before the first line of the orchestrator: a suspend or a resume that is waiting in the inbox.
     * The event returned is not committed yet. Called until there is no more.
     *
     * @return null if there is none
     */
    @Nullable
    JournalEvent beforeStart(State state) throws TurnStopped;

    /** Before when the orchestrator does not begin; null if it may begin at once. */
    default @Nullable Instant beginsAt() {
        return null;
    }

    /**
     * An event that has come in, for a wait that is over at once; called until there is one of the name, or none more. The
     * event returned is not committed yet.
     *
     * @param asked the number of that wait
     * @return null if none of that name has come in
     */
    default JournalEvent.@Nullable EventRaised takeEvent(State state, String name, int asked) throws TurnStopped {
        return null;
    }

    /**
     * Commits what is new, where something depends on it, and waits for what comes next. The event returned is not
     * committed yet.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    JournalEvent next(State state) throws TurnStopped;
}
