package dev.soliton.orchestration;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a failure.
 *
 * @param errorType the class name of what was thrown, or what {@link RecordedAs} fixes for the class
 * @param message its message; empty if there was none
 * @param stackTrace where it was thrown
 * @param innerFailure its cause, and so on down the chain, of which {@link #MAX_DEPTH} are kept
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

    /** What is recorded where nothing is known. */
    public static final FailureDetails UNKNOWN = new FailureDetails("unknown", "", "", null, false);

    /** Records a throwable, with its chain of causes. It does so even if the throwable's own methods throw. */
    public static FailureDetails of(Throwable thrown) {
        return of(thrown, MAX_DEPTH);
    }

    private static FailureDetails of(Throwable thrown, int depth) {
        FailureDetails inner;
        if (thrown instanceof TaskFailedException failed) {
            // The details of what really happened are worth more than the exception that carried them here.
            inner = failed.getFailureDetails();
        } else {
            Throwable cause = safely(thrown::getCause);
            inner = cause == null || depth <= 1 ? null : of(cause, depth - 1);
        }
        String message = safely(thrown::getMessage);
        StackTraceElement[] trace = safely(thrown::getStackTrace);
        return new FailureDetails(
                nameOf(thrown.getClass()),
                message == null ? "" : shorten(message),
                trace == null ? "" : shorten(text(trace)),
                inner,
                isForGood(thrown));
    }

    /** What failed for good makes fail for good what gives up because of it. */
    private static boolean isForGood(Throwable thrown) {
        if (thrown instanceof TaskFailedException failed) {
            return failed.getFailureDetails().isNonRetriable();
        }
        if (thrown instanceof CompositeTaskFailedException composite) {
            return composite.getExceptions().stream().anyMatch(FailureDetails::isForGood);
        }
        return thrown instanceof NonRetriableException || thrown instanceof NonDeterministicOrchestratorException;
    }

    /** The methods of an exception are its author's code, which may fail in its turn. */
    private static <T> @Nullable T safely(Supplier<@Nullable T> getter) {
        try {
            return getter.get();
        } catch (Throwable failed) {
            return null;
        }
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

    /** {@link #errorType()}, by its name in the Durable Task SDK. */
    public String getErrorType() {
        return errorType;
    }

    /** {@link #message()}, by its name in the Durable Task SDK. */
    public String getErrorMessage() {
        return message;
    }

    /** {@link #stackTrace()}, by its name in the Durable Task SDK. */
    public String getStackTrace() {
        return stackTrace;
    }

    /** {@link #innerFailure()}, by its name in the Durable Task SDK. */
    public @Nullable FailureDetails getInnerFailure() {
        return innerFailure;
    }

    /** Type and message in one line, as a status shows it. */
    public String summary() {
        return message.isEmpty() ? errorType : errorType + ": " + message;
    }

    private static String nameOf(Class<? extends Throwable> type) {
        RecordedAs recorded = type.getAnnotation(RecordedAs.class);
        return recorded == null ? type.getName() : recorded.value();
    }

    private boolean isOf(Class<? extends Throwable> type) {
        return errorType.equals(nameOf(type))
                || (isOwn() && type.isAssignableFrom(SolitonException.class))
                || isOf(type, type.getClassLoader())
                || isOf(type, Thread.currentThread().getContextClassLoader())
                || isOf(type, FailureDetails.class.getClassLoader());
    }

    /** Whether Soliton threw it. There may be no class of that name any more, see {@link RecordedAs}. */
    private boolean isOwn() {
        return errorType.startsWith("dev.soliton.engine.") || errorType.startsWith("dev.soliton.instance.");
    }

    private boolean isOf(Class<? extends Throwable> type, @Nullable ClassLoader loader) {
        try {
            return type.isAssignableFrom(Class.forName(errorType, false, loader));
        } catch (ClassNotFoundException | LinkageError unknownHere) {
            return false;
        }
    }

    private static String text(StackTraceElement[] trace) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement element : trace) {
            if (text.length() > MAX_TEXT_LENGTH) {
                break;
            }
            text.append("\tat ").append(element).append('\n');
        }
        return text.toString();
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
