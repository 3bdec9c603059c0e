package dev.soliton.engine.runtime;

import dev.soliton.store.ExecutionKey;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Writes what happens to instances as lines of {@code event key="value" …}, each with instance and execution. An
 * exception of the logger never reaches the code that logs.
 */
public final class InstanceLog {
    /** The most characters of a text; what is longer is cut. */
    private static final int MAX_TEXT = 500;

    private final Supplier<Logger> beyond;
    private volatile Logger logger;

    /** Writes to the given logger, which is that of the invocation on Azure Functions. */
    public InstanceLog(Logger logger) {
        this(logger, () -> logger);
    }

    /**
     * Writes to one logger, and then to another.
     *
     * @param invocation the logger of an invocation, which accepts no lines once the invocation is over
     * @param beyond gives the logger for later lines; called at most once
     */
    public InstanceLog(Logger invocation, Supplier<Logger> beyond) {
        this.logger = invocation;
        this.beyond = beyond;
    }

    /** Switches to the later logger: the invocation is about to end, and its work goes on. */
    public void leaveInvocation() {
        logger = beyond.get();
    }

    /** A logger for other lines. It writes to the logger that this log uses at that moment. */
    public Logger logger() {
        return new Following();
    }

    private final class Following extends Logger {
        Following() {
            super(logger.getName(), null);
        }

        @Override
        public boolean isLoggable(Level level) {
            return logger.isLoggable(level);
        }

        /** All other methods end here. */
        @Override
        public void log(LogRecord line) {
            if (isLoggable(line.getLevel())) {
                // Finds the caller while it is the next frame below this logger's.
                line.getSourceMethodName();
                logger.log(line);
            }
        }
    }

    /** Logs an event, with further pairs of key and value. */
    public void info(String event, ExecutionKey key, Object... details) {
        log(Level.INFO, event, key, details);
    }

    /** Logs a problem, with further pairs of key and value. */
    public void warning(String event, ExecutionKey key, Object... details) {
        log(Level.WARNING, event, key, details);
    }

    /** Logs an event that is about no execution in particular, with pairs of key and value. */
    public void line(String event, Object... details) {
        try {
            if (logger.isLoggable(Level.INFO)) {
                write(Level.INFO, new StringBuilder(event), details);
            }
        } catch (RuntimeException | LinkageError lost) {
            // A line is lost; its event has happened all the same.
        }
    }

    private void log(Level level, String event, ExecutionKey key, Object... details) {
        try {
            if (logger.isLoggable(level)) {
                write(level, event, key, details);
            }
        } catch (RuntimeException | LinkageError lost) {
            // A line is lost; its event has happened all the same.
        }
    }

    private void write(Level level, String event, ExecutionKey key, Object... details) {
        StringBuilder line = new StringBuilder(event);
        append(line, "instanceId", key.instanceId());
        append(line, "executionId", key.executionId());
        write(level, line, details);
    }

    private void write(Level level, StringBuilder line, Object... details) {
        for (int i = 0; i + 1 < details.length; i += 2) {
            append(line, String.valueOf(details[i]), details[i + 1]);
        }
        logger.log(level, line.toString());
    }

    /** Appends numbers as they are, and all else in quotes. */
    private static void append(StringBuilder line, String name, Object value) {
        line.append(' ').append(name).append('=');
        if (value instanceof Number) {
            line.append(value);
            return;
        }
        line.append(quoted(String.valueOf(value)));
    }

    /**
     * A text in quotes, without anything that could pass for another line or field. A long one is cut: authors'
     * messages quote their inputs, and more people read logs than inputs.
     */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(MAX_TEXT).forEach(character -> {
            if (character == '"' || character == '\\') {
                quoted.append('\\').appendCodePoint(character);
            } else if (Character.isISOControl(character) || character == '\u2028' || character == '\u2029') {
                quoted.append(' ');
            } else if (Character.getType(character) == Character.FORMAT) {
                // It could turn the line around, or hide in a name that looks like another.
                quoted.append(String.format(Locale.ROOT, "\\u{%04x}", character));
            } else {
                quoted.appendCodePoint(character);
            }
        });
        return quoted.append(text.codePointCount(0, text.length()) > MAX_TEXT ? "…\"" : "\"")
                .toString();
    }
}
