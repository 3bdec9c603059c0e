package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import dev.soliton.engine.HostLog;
import java.util.logging.Logger;

/** This process's link to the host that gives it its invocations, and may go at any moment. */
final class HostLink {
    private final HostWatch watch;
    private final HostLog log;

    HostLink(HostWatch watch, HostLog log) {
        this.watch = watch;
        this.log = log;
    }

    /** Takes note that an invocation begins, and opens its log. */
    HostLog.Lines begin(ExecutionContext invocation) {
        watch.invoked();
        return log.open(logger(invocation));
    }

    private static Logger logger(ExecutionContext invocation) {
        try {
            return invocation.getLogger();
        } catch (RuntimeException broken) {
            return Logger.getLogger(HostLink.class.getName());
        }
    }

    /** Hands on what is under way if the host is gone. */
    void look() {
        watch.look();
    }

    /** Looks after the host for as long as the process lives. */
    void watch() {
        watch.run();
    }
}
