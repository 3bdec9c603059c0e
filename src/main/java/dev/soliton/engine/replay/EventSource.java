package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.WaitingFor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The port of a run to its turn. A run that has used up its journal gets its further events here. */
public interface EventSource {

    /**
     * The state that a run has reached, for the turn that commits it and waits for its next event. It holds for as long
     * as the run waits for the turn.
     *
     * @param fresh the events since the last commit. The list is the run's own: the turn removes those that it has
     *     committed
     * @param dropped requests of the journal that a rewind has made void. The list is the run's own: the turn removes
     *     those that it has processed
     * @param customStatus the custom status from the next commit on, as JSON
     * @param timers the timers that the orchestrator awaits, or may still await
     * @param isSuspended whether the execution is suspended
     * @param suspendedFor why the execution is suspended, as far as the caller gave a reason
     * @param awaited makes what the status shows from the next commit on as awaited; null where that is not known
     */
    record State(
            List<JournalEvent> fresh,
            List<JournalEvent.Request> dropped,
            @Nullable String customStatus,
            Timers timers,
            boolean isSuspended,
            @Nullable String suspendedFor,
            Supplier<@Nullable WaitingFor> awaited) {

        /** The state of an execution whose orchestrator does not run. */
        public static State notReplayed(List<JournalEvent> fresh, @Nullable String customStatus) {
            return new State(fresh, new ArrayList<>(), customStatus, new Timers(), false, null, () -> null);
        }

        /** The state of an execution whose orchestrator does not run, and of which nothing is new yet. */
        public static State notReplayed(@Nullable String customStatus) {
            return notReplayed(new ArrayList<>(), customStatus);
        }

        /** What the status shows from the next commit on as awaited; null where that is not known. */
        public @Nullable WaitingFor waitingFor() {
            return awaited.get();
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
     * Whether an instance whose code and journal diverge waits for code that fits; if not, it fails.
     *
     * @param reason the reason that its status shows while it waits
     */
    default boolean waitsForOtherCode(String reason) {
        return false;
    }

    /**
     * Commits the new events, if something depends on them, and waits for the next one. The returned event is not
     * committed yet.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    JournalEvent next(State state) throws TurnStopped;
}
