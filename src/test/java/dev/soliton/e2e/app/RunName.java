package dev.soliton.e2e.app;

/**
 * Names one run of an activity.
 *
 * @param task the task's ID, which is the same in every run
 * @param fence the fencing token, which is another in every run
 */
public record RunName(String task, long fence) {

    /** Reads what {@link #toString} wrote. */
    public static RunName parse(String text) {
        int at = text.lastIndexOf('@');
        return new RunName(text.substring(0, at), Long.parseLong(text.substring(at + 1)));
    }

    @Override
    public String toString() {
        return task + "@" + fence;
    }
}
