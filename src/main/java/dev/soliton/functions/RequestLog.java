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
 * The log of one request, which is opened by its first line: most have none. What was done is done, and the caller is told so,
 * whether or not the log can be written.
 */
final class RequestLog implements AutoCloseable {
    private final ExecutionContext invocation;
    private final Supplier<AppObjects> graph;
    private HostLog.@Nullable Lines lines;

    RequestLog(ExecutionContext invocation, Supplier<AppObjects> graph) {
        this.invocation = invocation;
        this.graph = graph;
    }

    /** Writes what went wrong. */
    void severe(String message, Throwable failure) {
        try {
            logger().log(Level.SEVERE, message, failure);
        } catch (RuntimeException | LinkageError notWritten) {
            // The caller is told all the same.
        }
    }

    /** Writes what became of an instance. */
    void note(Consumer<InstanceLog> line) {
        try {
            line.accept(new InstanceLog(logger()));
        } catch (RuntimeException | LinkageError notWritten) {
            // The caller is told all the same.
        }
    }

    private Logger logger() {
        if (lines == null) {
            HostLink host;
            try {
                host = graph.get().host();
            } catch (RuntimeException notBuilt) {
                // Where nothing can be done, nothing is held up by a host that is gone.
                return invocation.getLogger();
            }
            lines = host.begin(invocation);
        }
        return lines;
    }

    /** Waits for the lines that were written, for a second at most. */
    @Override
    public void close() {
        if (lines != null) {
            lines.close();
        }
    }
}
