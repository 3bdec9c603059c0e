package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import dev.soliton.engine.runtime.HostLog;
import java.util.logging.Logger;

/** This process's link to the host, which gives it its invocations and may go at any moment. */
final class HostLink {
    /** The host shows the output of this process, also without an invocation. */
    private static final Logger PROCESS = Logger.getLogger("dev.soliton");

    private final HostWatch watch;
    private final HostLog log;

    HostLink(HostWatch watch, HostLog log) {
        this.watch = watch;
        this.log = log;
    }

    /** Notes that an invocation begins, and opens its log. */
    HostLog.Lines begin(ExecutionContext invocation) {
        watch.invoked();
        return log.open(logger(invocation));
    }

    /** Opens a log for work that goes on after its invocation. It is never closed: it ends with its last line. */
    HostLog.Lines beyondInvocations() {
        return log.open(PROCESS);
    }

    private static Logger logger(ExecutionContext invocation) {
        try {
            return invocation.getLogger();
        } catch (RuntimeException broken) {
            return Logger.getLogger(HostLink.class.getName());
        }
    }

    /** Hands off the work under way if the host is gone. */
    void check() {
        watch.check();
    }

    /** Watches the host for as long as the process lives. */
    void watch() {
        watch.run();
    }
}
