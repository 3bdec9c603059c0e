package dev.soliton.e2e.app;

import dev.soliton.orchestration.ActivityContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A file that says which activities began and ended, in which process, in the order in which they did. All hosts of a
 * test append to it, and so does whoever kills them.
 *
 * <p>A line is one write in append mode, which is on the disk when it returns: lines of several processes do not mix, and
 * one that was written survives the death of its writer.
 */
public final class ActivityLog {
    /** The environment variable that names the file. */
    public static final String SETTING = "TEST_ACTIVITY_LOG";

    private final Path file;

    public ActivityLog(Path file) {
        this.file = file;
    }

    /** The log of this process, as its environment says. */
    static ActivityLog ofProcess() {
        return new ActivityLog(Path.of(Objects.requireNonNull(System.getenv(SETTING), SETTING)));
    }

    /** What an activity came to. */
    public enum Event {
        START,
        END,
        /** It threw. */
        FAIL,
        /** It was interrupted, and heeded that. */
        INTERRUPT,
        /** No activity: a test has noted that it got there. */
        MARK,
        /** No activity: the process was killed, and is dead. Its time is that of the signal. */
        KILLED,
        /** No activity: the process stands still. */
        STOPPED,
        /** No activity: the process is about to go on. */
        RESUMED,
        /** No activity: the process was told to end, and has ended. */
        GONE
    }

    /**
     * A line.
     *
     * @param task the task's ID, which is the same in every repetition
     * @param attempt which attempt of its call the task is, from 1
     * @param fence the fencing token that it ran under
     * @param process the ID of the process that it ran in
     * @param time when, in milliseconds; what came first the order of lines tells, and not this
     * @param note what else there is to say, in one line
     */
    public record Line(
            Event event,
            String instance,
            String task,
            String activity,
            int attempt,
            long fence,
            long process,
            long time,
            String note) {

        static Line of(Event event, ActivityContext context, String note) {
            return new Line(
                    event,
                    context.getInstanceId(),
                    context.getTaskId(),
                    context.getName(),
                    context.getAttempt(),
                    context.getFencingToken(),
                    ProcessHandle.current().pid(),
                    Instant.now().toEpochMilli(),
                    note);
        }

        private static Line parse(String text) {
            String[] fields = text.split("\t", -1);
            return new Line(
                    Event.valueOf(fields[0]),
                    fields[1],
                    fields[2],
                    fields[3],
                    Integer.parseInt(fields[4]),
                    Long.parseLong(fields[5]),
                    Long.parseLong(fields[6]),
                    Long.parseLong(fields[7]),
                    fields[8]);
        }

        @Override
        public String toString() {
            return String.join(
                    "\t",
                    event.name(),
                    instance,
                    task,
                    activity,
                    Integer.toString(attempt),
                    Long.toString(fence),
                    Long.toString(process),
                    Long.toString(time),
                    note);
        }
    }

    /** Mends an instance, of which something fails until then. */
    public void mend(String instance) {
        try {
            Files.write(mark(instance), new byte[0]);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    boolean isMended(String instance) {
        return Files.exists(mark(instance));
    }

    private Path mark(String instance) {
        return file.resolveSibling(file.getFileName() + "-mended-" + instance);
    }

    void append(Event event, ActivityContext context) {
        append(event, context, "");
    }

    void append(Event event, ActivityContext context, String note) {
        append(Line.of(event, context, note));
    }

    /** Notes that a test has got somewhere with an instance. */
    public void mark(String instance, String what) {
        append(new Line(
                Event.MARK,
                instance,
                "",
                what,
                0,
                0,
                ProcessHandle.current().pid(),
                Instant.now().toEpochMilli(),
                ""));
    }

    /** Notes what was done to a process. */
    public void note(Event event, long process, Instant time) {
        append(new Line(event, "", "", "", 0, 0, process, time.toEpochMilli(), ""));
    }

    private void append(Line line) {
        try {
            Files.writeString(
                    file,
                    line + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.DSYNC);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** All lines up to now. */
    public List<Line> lines() {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            String text = Files.readString(file, StandardCharsets.UTF_8);
            // What comes after the last line's end is being written.
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(Line::parse)
                    .toList();
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** Keeps a copy of the file. */
    public void copyTo(Path copy) throws IOException {
        Files.deleteIfExists(copy);
        if (Files.exists(file)) {
            Files.copy(file, copy);
        }
    }

    /** The lines of one instance up to now. */
    public List<Line> lines(String instance) {
        return lines().stream().filter(line -> line.instance().equals(instance)).toList();
    }
}
