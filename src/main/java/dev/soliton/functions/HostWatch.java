package dev.soliton.functions;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the host of this process is there. The host starts this process, gives it its invocations and deletes
 * their messages. When it is gone, work here is in vain, and the messages that it had received are invisible to all
 * others for minutes. So the process hands off its work within seconds.
 *
 * <p>Two signs show that the host is gone: the parent process has ended or is another one, and the host does not accept
 * log lines any more. Both can be misleading. An invocation that begins afterwards shows that: then the process goes
 * on, and ignores signs of that kind for a while, or for good.
 */
final class HostWatch {
    private static final Logger LOGGER = Logger.getLogger(HostWatch.class.getName());

    /** How often the watch checks the host's process. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** How long after the host's end an invocation may still begin that it had passed before. */
    private static final Duration LATEST = Duration.ofSeconds(5);

    /** How long the watch ignores a failing log after that was misleading. */
    private static final Duration MISTRUST = Duration.ofMinutes(5);

    private final Parent parent;
    private final Waits waits;
    private final Runnable handOver;
    private boolean parentMisleads;
    private @Nullable Duration logMisledAt;
    private boolean goneByParent;
    private @Nullable Duration goneSince;

    /** The process that started this one. */
    @FunctionalInterface
    interface Parent {
        /** Whether the parent is there. */
        boolean isThere();

        /** The parent of this process, as it is now; an unknown parent counts as there. */
        static Parent ofThisProcess() {
            ProcessHandle first = ProcessHandle.current().parent().orElse(null);
            // When a parent is gone, this process gets another one.
            return () -> first == null
                    || (first.isAlive()
                            && ProcessHandle.current()
                                    .parent()
                                    .filter(first::equals)
                                    .isPresent());
        }
    }

    /**
     * Creates a watch that does not run yet.
     *
     * @param handOver hands off the work under way; called every second while the host is gone
     */
    HostWatch(Parent parent, Waits waits, Runnable handOver) {
        this.parent = parent;
        this.waits = waits;
        this.handOver = handOver;
    }

    /** Watches for as long as the process lives. */
    void run() {
        try {
            while (true) {
                waits.pause(INTERVAL);
                check();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Checks once. */
    void check() {
        if (!parent.isThere()) {
            noteGone(true);
        }
        if (isGone()) {
            handOver.run();
        }
    }

    /** Notes that the host did not accept a log line. */
    void logIsBroken() {
        if (noteGone(false)) {
            handOver.run();
        }
    }

    private synchronized boolean noteGone(boolean byParent) {
        Duration now = waits.elapsed();
        boolean misleads = byParent
                ? parentMisleads
                : logMisledAt != null && now.minus(logMisledAt).compareTo(MISTRUST) < 0;
        if (goneSince != null || misleads) {
            return false;
        }
        goneSince = now;
        goneByParent = byParent;
        LOGGER.log(
                Level.WARNING,
                byParent
                        ? "the process that started this one is gone; its work is handed off"
                        : "the host takes no lines of the log any more; the work of this process is handed off");
        return true;
    }

    /** Notes that an invocation begins. */
    synchronized void invoked() {
        // An invocation that the host had passed before its end may begin a moment later.
        if (goneSince != null && waits.elapsed().minus(goneSince).compareTo(LATEST) > 0) {
            goneSince = null;
            if (goneByParent) {
                parentMisleads = true;
            } else {
                logMisledAt = waits.elapsed();
            }
        }
    }

    /** Whether the host is gone, as far as this process knows. */
    synchronized boolean isGone() {
        return goneSince != null;
    }
}
