package dev.soliton.engine;

import dev.soliton.orchestration.Task;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task that is done with the first of several that is. */
final class AnyOf extends ReplayTask<Task<?>> {
    private @Nullable Task<?> winner;

    AnyOf(Course course, List<? extends ReplayTask<?>> tasks) {
        super(course);
        tasks.stream()
                .filter(ReplayTask::done)
                .min(Comparator.comparingInt(ReplayTask::finishedAt))
                .ifPresentOrElse(this::win, () -> tasks.forEach(task -> task.whenDone(() -> win(task))));
    }

    private void win(ReplayTask<?> task) {
        if (!done()) {
            winner = task;
            finish();
        }
    }

    @Override
    @Nullable
    Task<?> evaluate() {
        return winner;
    }
}
