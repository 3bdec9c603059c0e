package dev.soliton.orchestration;

import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What an {@link Activity} is told about the call that it serves. */
public interface ActivityContext {

    /** The activity's name, as it was registered. */
    String getName();

    /**
     * The input, read as the type given; null if there is none.
     *
     * @throws DataConverterException if the recorded JSON does not fit the type
     */
    <T> @Nullable T getInput(Class<T> type);

    /**
     * The input, read as the generic type given; null if there is none.
     *
     * @throws DataConverterException if the recorded JSON does not fit the type
     */
    <T> @Nullable T getInput(TypeReference<T> type);

    /** The ID of the instance that called. */
    String getInstanceId();

    /**
     * Names this call for ever: the same however often a crash makes it run again, and never that of another call. Use
     * it as an idempotency key.
     */
    String getTaskId();

    /**
     * Which attempt this is of a call that is tried again when it fails, from 1. Each attempt is a task of its own, with
     * its own ID; a crash does not count.
     */
    int getAttempt();

    /**
     * A number that grows with every change of owner of the instance. A store that remembers the highest it has seen,
     * and refuses lower ones, cannot be written to by an owner that was replaced without knowing it yet.
     */
    long getFencingToken();

    /**
     * The log of the process that runs the activity: on Azure Functions that of the invocation. It loses a line rather than
     * wait for it, and takes none any more once the turn has ended that asked for the activity.
     */
    Logger getLogger();

    /**
     * Whether the result is no longer wanted: the instance ended, this worker noticed that it does not own it any more,
     * or the turn was left because of trouble.
     */
    boolean isCancelled();
}
