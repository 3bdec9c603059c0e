package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a failure.
 *
 * @param errorType the class name of what was thrown
 * @param message its message; empty if there was none
 * @param stackTrace where it was thrown
 * @param innerFailure its cause, and so on down the whole chain
 * @param isNonRetriable whether trying again is pointless
 */
public record FailureDetails(
        String errorType,
        String message,
        String stackTrace,
        @Nullable FailureDetails innerFailure,
        boolean isNonRetriable) {

    /** The longest message and the longest stack trace that is kept of each failure, in characters. */
    public static final int MAX_TEXT_LENGTH = 8_192;

    /** The longest chain of causes that is kept. */
    public static final int MAX_DEPTH = 16;

    /** Records a throwable, with its chain of causes. */
    public static FailureDetails of(Throwable thrown) {
        return of(thrown, MAX_DEPTH);
    }

    private static FailureDetails of(Throwable thrown, int depth) {
        if (thrown instanceof TaskFailedException failed) {
            // The details of what really happened are worth more than the exception that carried them here.
            return new FailureDetails(
                    failed.getClass().getName(),
                    shorten(text(failed.getMessage())),
                    trace(failed),
                    failed.getFailureDetails(),
                    failed.getFailureDetails().isNonRetriable());
        }
        Throwable cause = thrown.getCause();
        return new FailureDetails(
                thrown.getClass().getName(),
                shorten(text(thrown.getMessage())),
                trace(thrown),
                cause == null || depth <= 1 ? null : of(cause, depth - 1),
                thrown instanceof NonDeterministicOrchestratorException);
    }

    /** Whether this failure, or one that it was caused by, was of the type given or of a type below it. */
    public boolean isCausedBy(Class<? extends Throwable> type) {
        for (FailureDetails failure = this; failure != null; failure = failure.innerFailure) {
            if (failure.isOf(type)) {
                return true;
            }
        }
        return false;
    }

    /** Type and message in one line, as a status shows it. */
    public String summary() {
        return message.isEmpty() ? errorType : errorType + ": " + message;
    }

    private boolean isOf(Class<? extends Throwable> type) {
        if (errorType.equals(type.getName())) {
            return true;
        }
        try {
            return type.isAssignableFrom(Class.forName(errorType, false, type.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError unknownHere) {
            return false;
        }
    }

    private static String text(@Nullable String message) {
        return message == null ? "" : message;
    }

    private static String trace(Throwable thrown) {
        StringBuilder trace = new StringBuilder();
        for (StackTraceElement element : thrown.getStackTrace()) {
            if (trace.length() > MAX_TEXT_LENGTH) {
                break;
            }
            trace.append("\tat ").append(element).append('\n');
        }
        return shorten(trace.toString());
    }

    private static String shorten(String text) {
        if (text.length() <= MAX_TEXT_LENGTH) {
            return text;
        }
        // Half a surrogate pair is no character, and no store has to take it.
        int end =
                Character.isHighSurrogate(text.charAt(MAX_TEXT_LENGTH - 2)) ? MAX_TEXT_LENGTH - 2 : MAX_TEXT_LENGTH - 1;
        return text.substring(0, end) + "…";
    }
}
