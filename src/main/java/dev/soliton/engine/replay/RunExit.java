package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.replay.ReplayContext.End;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.NonDeterministicOrchestratorException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why the author's code is left. There are two ways: it ends of itself, or {@link Unwind} leaves it in the middle. The
 * reason is kept here and not in what is thrown, and every later use of the context unwinds again, so that code that
 * catches everything cannot make an instance complete that was to be left.
 */
final class RunExit {
    private final JournalCursor journal;
    private final Runnable onLeaving;
    private End.@Nullable Completed completion;
    private @Nullable TurnStopped stopped;
    private @Nullable End end;
    private boolean over;

    RunExit(JournalCursor journal, Runnable onLeaving) {
        this.journal = journal;
        this.onLeaving = onLeaving;
    }

    /** Why the turn cannot go on; null if it can. */
    @Nullable
    TurnStopped stopped() {
        return stopped;
    }

    /** Goes on leaving the code, if it is to be left. */
    void check() {
        if (over) {
            throw new IllegalStateException("This run of the orchestration is over.");
        }
        if (stopped != null || end != null) {
            throw new Unwind();
        }
    }

    /** Passed before each wait: whoever completed has nothing to wait for. */
    void checkCompleted() {
        if (completion != null) {
            throw end(completion);
        }
    }

    /** Completes the execution, if nothing did before. */
    void complete(End.Completed first) {
        if (completion == null) {
            completion = first;
        }
    }

    /** Ends the execution here; as it completed, if it did. */
    Unwind end(End reached) {
        end = completion == null ? reached : completion;
        onLeaving.run();
        return new Unwind();
    }

    /** Leaves the turn; the next one goes on. */
    Unwind stop(TurnStopped why) {
        stopped = why;
        onLeaving.run();
        return new Unwind();
    }

    /** Leaves the turn, unless it is to be left already, or to end. */
    void leave(TurnStopped why) {
        if (stopped == null && end == null && completion == null) {
            stopped = why;
        }
    }

    /** Ends the execution by a failure that is not for its code to handle. */
    Unwind fail(Exception why) {
        end = new End.Failed(FailureDetails.of(why));
        onLeaving.run();
        return new Unwind();
    }

    /** Ends the execution because code and journal disagree. */
    Unwind diverge(String inJournal, String asked, int id) {
        return fail(new NonDeterministicOrchestratorException(id, inJournal, asked));
    }

    /**
     * How a run ended whose code has ended, of itself as it says, or because it was left.
     *
     * @param unmet what is recorded and had to be met before the end; null if nothing is
     */
    End close(End ofItself, Supplier<@Nullable JournalEvent> unmet) throws TurnStopped {
        over = true;
        if (stopped != null) {
            throw stopped;
        }
        if (end instanceof End.Failed || end instanceof End.Terminated) {
            return end;
        }
        End reached = completion != null ? completion : end != null ? end : ofItself;
        JournalEvent left = unmet.get();
        if (left == null) {
            return reached;
        }
        String asked = reached instanceof End.Failed failed
                ? "its end, by " + failed.failure().summary()
                : "its end";
        return new End.Failed(FailureDetails.of(
                new NonDeterministicOrchestratorException(journal.nextId(), JournalCursor.describe(left), asked)));
    }
}
