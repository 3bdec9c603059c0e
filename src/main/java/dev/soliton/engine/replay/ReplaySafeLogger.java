package dev.soliton.engine.replay;

import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A logger that forwards to another one, and is silent while an orchestrator is replayed. */
final class ReplaySafeLogger extends Logger {
    private final Logger target;
    private final BooleanSupplier replaying;

    ReplaySafeLogger(Logger target, BooleanSupplier replaying) {
        super(target.getName(), null);
        this.target = target;
        this.replaying = replaying;
    }

    @Override
    public boolean isLoggable(Level level) {
        // Code that asks gets the same answer in each run; what it then logs is dropped below.
        return target.isLoggable(level);
    }

    /** All other methods end here. */
    @Override
    public void log(LogRecord record) {
        if (!replaying.getAsBoolean() && isLoggable(record.getLevel())) {
            // Finds the caller while it is the next frame below this logger's.
            record.getSourceMethodName();
            target.log(record);
        }
    }
}
