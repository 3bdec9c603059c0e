package dev.soliton.orchestration;

/** A task of an orchestration failed; thrown where its result is awaited. */
public class TaskFailedException extends SolitonException {
    private final String taskName;
    private final int taskId;
    private final transient FailureDetails failureDetails;

    /**
     * Describes the failure of a task.
     *
     * @param taskName the name of the activity
     * @param taskId its sequence number in the execution
     */
    public TaskFailedException(String taskName, int taskId, FailureDetails failureDetails) {
        super("Task '" + taskName + "' (#" + taskId + ") failed: " + failureDetails.summary(), null);
        this.taskName = taskName;
        this.taskId = taskId;
        this.failureDetails = failureDetails;
    }

    /** The name of the activity. */
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
}
