package dev.soliton.sim;

import dev.soliton.orchestration.ActivityContext;
import dev.soliton.store.ExecutionKey;

/** One run of an activity, as the activity itself sees it. */
record Run(String instanceId, String taskId, long fence, ActivityContext context) {

    static Run of(ActivityContext context) {
        return new Run(context.getInstanceId(), context.getTaskId(), context.getFencingToken(), context);
    }

    String executionId() {
        return taskId.substring(0, taskId.indexOf(':'));
    }

    boolean isOf(ExecutionKey key) {
        return instanceId.equals(key.instanceId()) && executionId().equals(key.executionId());
    }

    boolean isCancelled() {
        return context.isCancelled();
    }

    @Override
    public String toString() {
        return context.getName() + " " + taskId + " of " + instanceId + " fence=" + fence
                + (isCancelled() ? " (told to stop)" : "");
    }
}
