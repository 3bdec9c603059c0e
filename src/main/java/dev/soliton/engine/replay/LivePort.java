package dev.soliton.engine.replay;

import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The way from the code of an orchestrator to the part of a turn that touches the world: it reads and keeps values, and
 * asks for what comes next. What fails there leaves the author's code by {@link Unwind}.
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

    /** Reads a value. */
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

    /** Keeps a value. */
    @Nullable
    Payload save(@Nullable String text) {
        clearInterrupt();
        try {
            return payloads.save(text);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        }
    }

    /** Asks the turn something. Whatever fails leaves the author's code, which cannot handle it. */
    <T> @Nullable T query(Query<T> question) {
        clearInterrupt();
        try {
            return question.answer();
        } catch (TurnStopped why) {
            throw exit.stop(why);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        } catch (Throwable failure) {
            // Not the author's: a catch around the await must not take it for a failed task and go on.
            throw exit.stop(TurnStopped.by(new EngineFailureException(failure)));
        }
    }

    /** An author who leaves the flag set has no stop of this process in mind, and the host does not set it. */
    static void clearInterrupt() {
        Thread.interrupted();
    }

    /** Something that is asked of the part of the turn that touches the world. */
    @FunctionalInterface
    interface Query<T> {
        @Nullable
        T answer() throws TurnStopped;
    }
}
