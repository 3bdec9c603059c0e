package dev.soliton.engine.replay;

import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskCanceledException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task of a run. That it is done is one thing, which a step brings about; what it gives is another, which is read and
 * decoded when somebody asks for the first time, and is the same from then on.
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

    /** What the task gives, or throws; called once, when it is done. */
    abstract @Nullable V evaluate();

    /** Runs a function of the author on which the task depends, and takes what it throws for the task's failure. */
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

    final ReplayLoop course() {
        return loop;
    }

    /** The orchestrator has seen that the task is done. */
    void seen() {}

    /** Marks the task as done, and tells those of the engine who wait for it. */
    final void finish() {
        finish(loop.nextFinish());
    }

    /**
     * Marks the task as done, and tells those of the engine who wait for it.
     *
     * @param place in the order in which tasks finish
     */
    final void finish(int place) {
        done = true;
        finishedAt = place;
        listeners.forEach(Runnable::run);
        listeners.clear();
    }

    /** Marks the task as done, by something that was thrown. */
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

    /** Has something done when the task is done, or at once if it is. */
    final void whenDone(Runnable listener) {
        if (done) {
            listener.run();
        } else {
            listeners.add(listener);
        }
    }

    /** What the task, which is done, gives or throws. */
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

    /** What a function of an author throws may be a checked exception in disguise. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException asItself(Throwable failure) throws T {
        throw (T) failure;
    }

    @Override
    public final @Nullable V await() {
        loop.enter();
        loop.exit().checkCompleted();
        if (busy) {
            // Whoever asks is called by that function, or by the step for which it waits.
            throw new IllegalStateException("This task cannot be awaited here: the function that makes its value is not"
                    + " through, and goes on only when what runs here is.");
        }
        while (!done) {
            loop.advance();
            loop.exit().checkCompleted();
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
        // A wait that is cancelled is finished with its exception; nothing needs to be read for it.
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

    /** A task for what a function makes of another one's value. */
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
