package dev.soliton.engine.replay;

import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A timer that the orchestrator requested. */
final class TimerTask extends ReplayTask<Void> {

    TimerTask(ReplayLoop loop, UnaryOperator<Instant> due) {
        super(loop);
        loop.startTimer(due, fired -> finish());
    }

    @Override
    @Nullable
    Void evaluate() {
        return null;
    }
}
