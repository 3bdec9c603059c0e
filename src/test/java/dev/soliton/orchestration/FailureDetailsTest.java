package dev.soliton.orchestration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is recorded of a failure. */
final class FailureDetailsTest {

    private static final class AppException extends RuntimeException {
        AppException(String message) {
            super(message);
        }
    }

    @Test
    void failureIsCausedByItsTypeAndByAllTypesAboveIt() {
        FailureDetails failure = FailureDetails.of(new AppException("x"));
        assertThat(failure.isCausedBy(AppException.class)).isTrue();
        assertThat(failure.isCausedBy(RuntimeException.class)).isTrue();
        assertThat(failure.isCausedBy(Throwable.class)).isTrue();
        assertThat(failure.isCausedBy(IllegalStateException.class)).isFalse();
        assertThat(failure.isCausedBy(Error.class)).isFalse();
    }

    @Test
    void failureIsCausedByWhatItsCausesAre() {
        FailureDetails failure =
                FailureDetails.of(new AppException("x").initCause(new UncheckedIOException(new IOException("disk"))));
        assertThat(failure.isCausedBy(IOException.class)).isTrue();
        assertThat(failure.isCausedBy(UncheckedIOException.class)).isTrue();
        assertThat(failure.isCausedBy(InterruptedException.class)).isFalse();
    }

    @RecordedAs("dev.soliton.engine.FormerException")
    private static final class MovedException extends SolitonException {
        MovedException() {
            super("x", null);
        }
    }

    @Test
    void exceptionThatHasMovedIsRecordedUnderItsFormerName() {
        FailureDetails failure = FailureDetails.of(new MovedException());
        assertThat(failure.errorType()).isEqualTo("dev.soliton.engine.FormerException");
        assertThat(failure.isCausedBy(MovedException.class)).isTrue();
        assertThat(failure.isCausedBy(SolitonException.class)).isTrue();
        assertThat(failure.isCausedBy(RuntimeException.class)).isTrue();
        assertThat(failure.isCausedBy(AppException.class)).isFalse();
        assertThat(failure.isCausedBy(Error.class)).isFalse();
    }

    @Test
    void failureIsForGoodIfItsAuthorSaysSoOrWhatItGaveUpForWas() {
        class Hopeless extends NonRetriableException {
            Hopeless() {
                super("hopeless");
            }
        }
        FailureDetails hopeless = FailureDetails.of(new Hopeless());
        assertThat(hopeless.isNonRetriable()).isTrue();
        TaskFailedException task = new TaskFailedException("a", 1, hopeless);
        TaskFailedException other = new TaskFailedException("b", 2, FailureDetails.of(new AppException("x")));
        assertThat(FailureDetails.of(task).isNonRetriable()).isTrue();
        assertThat(FailureDetails.of(other).isNonRetriable()).isFalse();
        assertThat(FailureDetails.of(new CompositeTaskFailedException(3, List.of(other, task)))
                        .isNonRetriable())
                .isTrue();
        assertThat(FailureDetails.of(new CompositeTaskFailedException(3, List.of(other)))
                        .isNonRetriable())
                .isFalse();
        assertThat(FailureDetails.of(new AppException("x").initCause(new Hopeless()))
                        .isNonRetriable())
                .isFalse();
        assertThat(FailureDetails.of(new TaskCanceledException("late", "e", 1)).isNonRetriable())
                .isFalse();
    }

    @Test
    void typeThatIsUnknownHereIsNoneOfTheKnownOnes() {
        FailureDetails failure = new FailureDetails("com.example.Gone", "x", "", null, false);
        assertThat(failure.isCausedBy(RuntimeException.class)).isFalse();
    }

    @Test
    void throwableThatCannotBeAskedIsRecordedByItsType() {
        class Silent extends RuntimeException {
            @Override
            public String getMessage() {
                throw new IllegalStateException("in getMessage");
            }

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("in getCause");
            }

            @Override
            public StackTraceElement[] getStackTrace() {
                throw new IllegalStateException("in getStackTrace");
            }
        }
        FailureDetails failure = FailureDetails.of(new Silent());
        assertThat(failure.errorType()).isEqualTo(Silent.class.getName());
        assertThat(failure.message()).isEmpty();
        assertThat(failure.innerFailure()).isNull();
    }

    @Test
    void causesThatGoInCirclesAreRecordedToALimit() {
        AppException first = new AppException("first");
        first.initCause(new AppException("second").initCause(first));
        FailureDetails failure = FailureDetails.of(first);
        int depth = 0;
        for (FailureDetails next = failure; next != null; next = next.innerFailure()) {
            depth++;
        }
        assertThat(depth).isEqualTo(FailureDetails.MAX_DEPTH);
    }

    @Test
    void textsAreShortenedBetweenCharacters() {
        String text = "x".repeat(FailureDetails.MAX_TEXT_LENGTH - 2) + "🌊🌊";
        assertThat(FailureDetails.of(new AppException(text)).message())
                .hasSizeLessThanOrEqualTo(FailureDetails.MAX_TEXT_LENGTH)
                .endsWith("x…");
    }
}
