package dev.soliton.engine.replay;

import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The way from an orchestrator's code to the part of a turn that does I/O: it loads and saves values, and asks for the
 * next event. A failure there leaves the author's code by {@link Unwind}.
 */
final class LivePort {
    private final ExecutionPayloads payloads;
    private final RunExit exit;

    LivePort(ExecutionPayloads payloads, RunExit exit) {
        this.payloads = payloads;
        this.exit = exit;
    }

    ExecutionPayloads payloads() {
        return payloads;
    }

    /** Loads a value. */
    @Nullable
    String load(@Nullable Payload payload) {
        clearInterrupt();
        try {
            return payloads.load(payload);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        } catch (PayloadMissingException missing) {
            throw exit.fail(missing);
        }
    }

    /** Saves a value. */
    @Nullable
    Payload save(@Nullable String text) {
        clearInterrupt();
        try {
            return payloads.save(text);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        }
    }

    /** Queries the turn. Any failure leaves the author's code, which cannot handle it. */
    <T> @Nullable T query(Query<T> question) {
        clearInterrupt();
        try {
            return question.answer();
        } catch (TurnStopped why) {
            throw exit.stop(why);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        } catch (Throwable failure) {
            // This is no failure of the author's code: a catch around the await must not take it for a failed task and
            // go on.
            throw exit.stop(TurnStopped.by(new EngineFailureException(failure)));
        }
    }

    /**
     * Clears the interrupt flag. The author's code may leave it set without meaning to stop this process, and the host
     * never sets it.
     */
    static void clearInterrupt() {
        Thread.interrupted();
    }

    /** A query to the part of the turn that does I/O. */
    @FunctionalInterface
    interface Query<T> {
        @Nullable
        T answer() throws TurnStopped;
    }
}
