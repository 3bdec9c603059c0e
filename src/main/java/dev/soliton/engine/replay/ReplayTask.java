package dev.soliton.engine.replay;

import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskCanceledException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task of a run. A step makes it done. Its value is loaded and decoded only when it is first asked for, and stays the
 * same from then on.
 */
abstract class ReplayTask<V> implements Task<V> {
    private final ReplayLoop loop;
    private final List<Runnable> listeners = new ArrayList<>();
    private boolean done;
    private boolean busy;
    private int finishedAt;
    private boolean evaluated;
    private @Nullable V value;
    private @Nullable Throwable thrown;

    ReplayTask(ReplayLoop loop) {
        this.loop = loop;
    }

    /** Returns the task's value, or throws its failure. Called once, when the task is done. */
    abstract @Nullable V evaluate();

    /**
     * Runs a function of the author on which the task depends. An exception of the function becomes the task's failure.
     */
    final boolean runFunction(Runnable function) {
        busy = true;
        try {
            function.run();
            loop.exit().check();
            return true;
        } catch (Throwable failure) {
            loop.exit().check();
            finishWith(failure);
            return false;
        } finally {
            busy = false;
        }
    }

    final ReplayLoop loop() {
        return loop;
    }

    /** Notes that the orchestrator has seen that the task is done. */
    void seen() {}

    /** Marks the task as done, and notifies the engine's listeners. */
    final void finish() {
        finish(loop.nextFinish());
    }

    /**
     * Marks the task as done, and notifies the engine's listeners.
     *
     * @param place the place in the order in which tasks finish
     */
    final void finish(int place) {
        done = true;
        finishedAt = place;
        listeners.forEach(Runnable::run);
        listeners.clear();
    }

    /** Marks the task as done with a failure. */
    final void finishWith(Throwable failure) {
        evaluated = true;
        thrown = failure;
        finish();
    }

    final boolean done() {
        return done;
    }

    /** The place in the order in which tasks finished. */
    final int finishedAt() {
        return finishedAt;
    }

    /** Runs a listener when the task is done, or at once if it is. */
    final void whenDone(Runnable listener) {
        if (done) {
            listener.run();
        } else {
            listeners.add(listener);
        }
    }

    /** Returns the value of a task that is done, or throws its failure. */
    final @Nullable V value() {
        seen();
        if (!evaluated) {
            try {
                value = evaluate();
            } catch (Throwable failure) {
                loop.exit().check();
                thrown = failure;
            }
            evaluated = true;
        }
        if (thrown != null) {
            throw ReplayTask.<RuntimeException>asItself(thrown);
        }
        return value;
    }

    /** The exception of an author's function may be a checked one that was not declared. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException asItself(Throwable failure) throws T {
        throw (T) failure;
    }

    @Override
    public final @Nullable V await() {
        loop.beginWait();
        if (busy) {
            // The caller runs inside that function, or inside the step for which the function waits.
            throw new IllegalStateException("This task cannot be awaited here: the function that makes its value is not"
                    + " through, and goes on only when what runs here is.");
        }
        while (!done) {
            loop.advance();
        }
        return value();
    }

    @Override
    public final boolean isDone() {
        loop.enter();
        if (done) {
            seen();
        }
        return done;
    }

    @Override
    public final boolean isCancelled() {
        loop.enter();
        // A cancelled wait finished with its exception, so nothing needs to be loaded.
        return thrown instanceof TaskCanceledException;
    }

    @Override
    public final <R> Task<R> thenApply(Function<? super @Nullable V, ? extends @Nullable R> function) {
        loop.enter();
        if (function == null) {
            throw new IllegalArgumentException("thenApply needs a function.");
        }
        return new FollowUp<>(this, function);
    }

    @Override
    public final Task<Void> thenAccept(Consumer<? super @Nullable V> consumer) {
        loop.enter();
        if (consumer == null) {
            throw new IllegalArgumentException("thenAccept needs a function.");
        }
        return new FollowUp<V, Void>(this, given -> {
            consumer.accept(given);
            return null;
        });
    }

    /** A task whose value a function makes from another task's value. */
    private static final class FollowUp<V, R> extends ReplayTask<R> {
        private final ReplayTask<V> first;
        private final Function<? super @Nullable V, ? extends @Nullable R> function;
        private @Nullable R made;

        FollowUp(ReplayTask<V> first, Function<? super @Nullable V, ? extends @Nullable R> function) {
            super(first.loop);
            this.first = first;
            this.function = function;
            if (first.done) {
                run();
            } else {
                first.listeners.add(() -> first.loop.later(this::run));
            }
        }

        private void run() {
            if (runFunction(() -> made = function.apply(first.value()))) {
                finish();
            }
        }

        @Override
        @Nullable
        R evaluate() {
            return made;
        }
    }
}
