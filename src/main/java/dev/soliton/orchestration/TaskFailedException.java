package dev.soliton.orchestration;

/** A task of an orchestration failed; thrown where its result is awaited. */
public class TaskFailedException extends SolitonException {
    private final String taskName;
    private final int taskId;
    private final transient FailureDetails failureDetails;

    /**
     * Describes the failure of a task.
     *
     * @param taskName the name of the activity or of the sub-orchestration
     * @param taskId its sequence number in the execution; of a call that was retried, that of its last attempt
     */
    public TaskFailedException(String taskName, int taskId, FailureDetails failureDetails) {
        this(
                "Task '" + taskName + "' (#" + taskId + ") failed: " + failureDetails.summary(),
                taskName,
                taskId,
                failureDetails);
    }

    TaskFailedException(String message, String taskName, int taskId, FailureDetails failureDetails) {
        super(message, null);
        this.taskName = taskName;
        this.taskId = taskId;
        this.failureDetails = failureDetails;
    }

    /** The name of the activity, of the sub-orchestration, or of the event that was waited for. */
    public String getTaskName() {
        return taskName;
    }

    /** The task's sequence number in the execution, from 0. */
    public int getTaskId() {
        return taskId;
    }

    /** What went wrong. */
    public FailureDetails getFailureDetails() {
        return failureDetails;
    }

    /** {@link #getFailureDetails()}, by its name in the Durable Task SDK. */
    public FailureDetails getErrorDetails() {
        return failureDetails;
    }
}
