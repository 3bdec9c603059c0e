package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import dev.soliton.engine.runtime.HostLog;
import dev.soliton.engine.runtime.InstanceLog;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log of one request. The first line opens it, since most requests have none. The caller gets its answer whether or
 * not the log can be written.
 */
final class RequestLog implements AutoCloseable {
    private final ExecutionContext invocation;
    private final Supplier<AppObjects> objects;
    private HostLog.@Nullable Lines lines;

    RequestLog(ExecutionContext invocation, Supplier<AppObjects> objects) {
        this.invocation = invocation;
        this.objects = objects;
    }

    /** Logs a failure. */
    void severe(String message, Throwable failure) {
        try {
            logger().log(Level.SEVERE, message, failure);
        } catch (RuntimeException | LinkageError notWritten) {
            // The caller gets its answer all the same.
        }
    }

    /** Logs what happened to an instance. */
    void note(Consumer<InstanceLog> line) {
        try {
            line.accept(new InstanceLog(logger()));
        } catch (RuntimeException | LinkageError notWritten) {
            // The caller gets its answer all the same.
        }
    }

    private Logger logger() {
        if (lines == null) {
            HostLink host;
            try {
                host = objects.get().host();
            } catch (RuntimeException notBuilt) {
                // Without the objects of the app the request can do nothing, so nothing is lost if a host that is gone
                // holds it up.
                return invocation.getLogger();
            }
            lines = host.begin(invocation);
        }
        return lines;
    }

    /** Waits for the lines to be written, for a second at most. */
    @Override
    public void close() {
        if (lines != null) {
            lines.close();
        }
    }
}
