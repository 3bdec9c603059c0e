package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.replay.ReplayContext.End;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.NonDeterministicOrchestratorException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why a run leaves the author's code. The code ends by itself, or {@link Unwind} leaves it in the middle. The reason is
 * kept here and not in the thrown object, and every later use of the context unwinds again. So code that catches
 * everything cannot complete an instance whose run was to be left.
 */
final class RunExit {
    private final JournalCursor journal;
    private final Predicate<String> waitsForOtherCode;
    private final Runnable onLeaving;
    private End.@Nullable Completed completion;
    private @Nullable TurnStopped stopped;
    private @Nullable End end;
    private boolean over;

    /**
     * The exit of a run.
     *
     * @param waitsForOtherCode whether the instance, for the given reason, waits for code that fits its journal; if not, it
     *     fails
     */
    RunExit(JournalCursor journal, Predicate<String> waitsForOtherCode, Runnable onLeaving) {
        this.journal = journal;
        this.waitsForOtherCode = waitsForOtherCode;
        this.onLeaving = onLeaving;
    }

    /** Why the turn cannot go on; null if it can. */
    @Nullable
    TurnStopped stopped() {
        return stopped;
    }

    /** Unwinds again, if the code is to be left. */
    void check() {
        if (over) {
            throw new IllegalStateException("This run of the orchestration is over.");
        }
        if (stopped != null || end != null) {
            throw new Unwind();
        }
    }

    /** Called before each wait: code that completed the execution has nothing to wait for. */
    void checkCompleted() {
        if (completion != null) {
            throw end(completion);
        }
    }

    /** Completes the execution, unless it is completed already. */
    void complete(End.Completed first) {
        if (completion == null) {
            completion = first;
        }
    }

    /** Ends the execution here; if it is completed already, with that completion. */
    Unwind end(End reached) {
        end = completion == null ? reached : completion;
        onLeaving.run();
        return new Unwind();
    }

    /** Leaves the turn; the next turn goes on. */
    Unwind stop(TurnStopped why) {
        stopped = why;
        onLeaving.run();
        return new Unwind();
    }

    /** Leaves the turn, unless the run is being left or has an end already. */
    void leave(TurnStopped why) {
        if (stopped == null && end == null && completion == null) {
            stopped = why;
        }
    }

    /** Ends the execution with a failure that its code cannot handle. */
    Unwind fail(Exception why) {
        end = new End.Failed(FailureDetails.of(why));
        onLeaving.run();
        return new Unwind();
    }

    /** Leaves the turn, or ends the execution, because code and journal diverge. */
    Unwind diverge(String inJournal, String asked, int id) {
        NonDeterministicOrchestratorException divergence =
                new NonDeterministicOrchestratorException(id, inJournal, asked);
        TurnStopped wait = waitAfter(divergence);
        return wait == null ? fail(divergence) : stop(wait);
    }

    /** The wait for other code; null if the execution is to fail. */
    private @Nullable TurnStopped waitAfter(NonDeterministicOrchestratorException divergence) {
        String reason = "It waits for code that fits its history: " + divergence.getMessage();
        return waitsForOtherCode.test(reason) ? TurnStopped.blocked(reason) : null;
    }

    /**
     * The end of a run whose code has ended by itself, as given, or because it was left.
     *
     * @param unmet gives the next recorded event that the run had to meet before its end; null if there is none
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
        NonDeterministicOrchestratorException divergence =
                new NonDeterministicOrchestratorException(journal.nextId(), EventDescriptions.describe(left), asked);
        TurnStopped wait = waitAfter(divergence);
        if (wait != null) {
            throw wait;
        }
        return new End.Failed(FailureDetails.of(divergence));
    }
}
