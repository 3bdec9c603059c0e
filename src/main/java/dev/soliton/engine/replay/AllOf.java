package dev.soliton.engine.replay;

import dev.soliton.orchestration.CompositeTaskFailedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task that is done when all of several tasks are. */
final class AllOf<V> extends ReplayTask<List<V>> {
    private final List<ReplayTask<V>> tasks;
    private int missing;

    AllOf(ReplayLoop loop, List<ReplayTask<V>> tasks) {
        super(loop);
        this.tasks = tasks;
        for (ReplayTask<V> task : tasks) {
            if (!task.done()) {
                missing++;
                task.whenDone(this::countDown);
            }
        }
        if (missing == 0) {
            finish();
        }
    }

    private void countDown() {
        if (--missing == 0) {
            finish();
        }
    }

    @Override
    void seen() {
        tasks.forEach(ReplayTask::seen);
    }

    @Override
    List<V> evaluate() {
        List<@Nullable V> values = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        for (ReplayTask<V> task : tasks) {
            try {
                values.add(task.value());
            } catch (Exception failure) {
                failures.add(failure);
            }
        }
        if (!failures.isEmpty()) {
            throw new CompositeTaskFailedException(tasks.size(), failures);
        }
        return values;
    }
}
