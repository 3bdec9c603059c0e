package dev.soliton.orchestration;

/** A wait for an event ran out of time; thrown where the wait's task is awaited. */
public final class TaskCanceledException extends TaskFailedException {

    /**
     * Describes a wait that is over.
     *
     * @param message what was waited for, and for how long
     * @param eventName the event's name
     * @param taskId the sequence number of the timer that ran out; -1 if there was none, the time being zero
     */
    public TaskCanceledException(String message, String eventName, int taskId) {
        super(
                message,
                eventName,
                taskId,
                new FailureDetails(TaskCanceledException.class.getName(), message, "", null, false));
    }
}
