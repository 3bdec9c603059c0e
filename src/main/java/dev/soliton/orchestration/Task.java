package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/** Something that was asked for and may not be done yet. */
public interface Task<V> {

    /**
     * Waits for the result. What was recorded answers at once.
     *
     * @return the result; null if there is none
     * @throws TaskFailedException if the task failed
     * @throws DataConverterException if the result does not fit the type asked for
     */
    @Nullable
    V await();

    /** Whether {@link #await()} would answer at once. */
    boolean isDone();
}
