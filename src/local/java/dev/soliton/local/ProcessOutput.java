package dev.soliton.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The last lines that a child process wrote, read all the time, so that the child never waits for a reader. */
final class ProcessOutput {

    private static final int KEPT = 60;

    private final Deque<String> lines = new ArrayDeque<>();
    private final Thread reader;

    private ProcessOutput(Process process, Consumer<String> listener) {
        this.reader = new Thread(() -> read(process, listener), "output of process " + process.pid());
        reader.setDaemon(true);
    }

    /** Reads the process's output until it ends; each line goes to the listener, in the reading thread. */
    static ProcessOutput of(Process process, Consumer<String> listener) {
        ProcessOutput output = new ProcessOutput(process, listener);
        output.reader.start();
        return output;
    }

    /** What was written last, after an ended process complete to its last line. */
    String tail(Process process) {
        if (!process.isAlive()) {
            try {
                reader.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        synchronized (lines) {
            return lines.isEmpty() ? "(it wrote nothing)" : String.join(System.lineSeparator(), lines);
        }
    }

    private void read(Process process, Consumer<String> listener) {
        try (BufferedReader in = process.inputReader()) {
            String line;
            while ((line = in.readLine()) != null) {
                synchronized (lines) {
                    lines.add(line);
                    if (lines.size() > KEPT) {
                        lines.remove();
                    }
                }
                listener.accept(line);
            }
        } catch (IOException e) {
            // The process has ended, and its pipe with it.
        }
    }
}
