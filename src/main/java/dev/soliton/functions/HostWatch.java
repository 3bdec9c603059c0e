package dev.soliton.functions;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the host of this process is there. The host starts this process, gives it its invocations and deletes
 * their messages; when it is gone, whatever is done here is done for nobody, and what it had received is invisible to all
 * others for minutes. So the work is handed off within seconds.
 *
 * <p>That the host is gone is seen by the process that started this one, which ends or is another one, and by lines of the
 * log that it does not take any more. Both can be misleading. An invocation that begins afterwards shows that: then the
 * process goes on, and believes no sign of that kind for a while, or never again.
 */
final class HostWatch {
    private static final Logger LOGGER = Logger.getLogger(HostWatch.class.getName());

    /** How often the watch checks the host's process. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** How long after its end what the host had handed over may still begin. */
    private static final Duration LATEST = Duration.ofSeconds(5);

    /** How long a log that fails says nothing where it was misleading. */
    private static final Duration MISTRUST = Duration.ofMinutes(5);

    private final Parent parent;
    private final Waits waits;
    private final Runnable handOver;
    private boolean parentMisleads;
    private @Nullable Duration logMisledAt;
    private boolean goneByParent;
    private @Nullable Duration goneSince;

    /** Whoever started this process. */
    @FunctionalInterface
    interface Parent {
        /** Whether it is there. */
        boolean isThere();

        /** The process that has started this one, as it is now; one that is not known counts as there. */
        static Parent ofThisProcess() {
            ProcessHandle first = ProcessHandle.current().parent().orElse(null);
            // A parent that is gone leaves this process to another one.
            return () -> first == null
                    || (first.isAlive()
                            && ProcessHandle.current()
                                    .parent()
                                    .filter(first::equals)
                                    .isPresent());
        }
    }

    /**
     * Watches nothing yet.
     *
     * @param handOver hands off what is under way; called every second while the host is gone
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
                look();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once. */
    void look() {
        if (!parent.isThere()) {
            noteGone(true);
        }
        if (isGone()) {
            handOver.run();
        }
    }

    /** Takes note that the host did not take a line of the log. */
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

    /** Takes note that an invocation begins. */
    synchronized void invoked() {
        // What the host had handed over before its end may begin a moment later.
        if (goneSince != null && waits.elapsed().minus(goneSince).compareTo(LATEST) > 0) {
            goneSince = null;
            if (goneByParent) {
                parentMisleads = true;
            } else {
                logMisledAt = waits.elapsed();
            }
        }
    }

    /** Whether the host is gone, as far as is known. */
    synchronized boolean isGone() {
        return goneSince != null;
    }
}
