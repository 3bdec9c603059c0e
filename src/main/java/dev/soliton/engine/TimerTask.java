package dev.soliton.engine;

import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A timer that the orchestrator asked for. */
final class TimerTask extends ReplayTask<Void> {

    TimerTask(Course course, UnaryOperator<Instant> due) {
        super(course);
        course.startTimer(due, fired -> finish());
    }

    @Override
    @Nullable
    Void evaluate() {
        return null;
    }
}
