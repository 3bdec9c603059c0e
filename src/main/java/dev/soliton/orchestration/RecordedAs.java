package dev.soliton.orchestration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Fixes the name under which failures record an exception class. The names are stored in journals and compared by
 * authors, so they stay when a class moves to another package.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RecordedAs {
    /** The name that {@link FailureDetails#errorType()} has. */
    String value();
}
