package dev.soliton.engine.replay;

import dev.soliton.orchestration.Task;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task that is done when the first of several tasks is. */
final class AnyOf extends ReplayTask<Task<?>> {
    private final List<? extends ReplayTask<?>> tasks;
    private @Nullable ReplayTask<?> winner;

    AnyOf(ReplayLoop loop, List<? extends ReplayTask<?>> tasks) {
        super(loop);
        this.tasks = tasks;
        decide();
        if (!done()) {
            tasks.forEach(task -> task.whenDone(this::decide));
        }
    }

    /** One step can finish several tasks: one, and another that depends on it. */
    private void decide() {
        if (!done()) {
            tasks.stream()
                    .filter(ReplayTask::done)
                    .min(Comparator.comparingInt(ReplayTask::finishedAt))
                    .ifPresent(this::win);
        }
    }

    private void win(ReplayTask<?> task) {
        winner = task;
        finish();
    }

    @Override
    void seen() {
        if (winner != null) {
            winner.seen();
        }
    }

    @Override
    @Nullable
    Task<?> evaluate() {
        return winner;
    }
}
