package dev.soliton.local.host;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.RetryContext;
import com.microsoft.azure.functions.RpcException;
import com.microsoft.azure.functions.TraceContext;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a function sees of its invocation. Log records that come after its end are dropped. */
final class InvocationContext extends Handler implements ExecutionContext {

    private final UUID id;
    private final String function;
    private final Console console;
    private final WorkerStream stream;
    private final Logger logger = Logger.getAnonymousLogger();
    private volatile boolean ended;

    InvocationContext(UUID id, String function, Console console, WorkerStream stream) {
        this.id = id;
        this.function = function;
        this.console = console;
        this.stream = stream;
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.ALL);
        logger.addHandler(this);
    }

    @Override
    public Logger getLogger() {
        return logger;
    }

    @Override
    public String getInvocationId() {
        return id.toString();
    }

    @Override
    public String getFunctionName() {
        return function;
    }

    @Override
    public TraceContext getTraceContext() {
        String hex = id.toString().replace("-", "");
        return new Trace("00-" + hex + "-" + hex.substring(16) + "-00", "", Map.of());
    }

    @Override
    public RetryContext getRetryContext() {
        return new NoRetry();
    }

    /** Sends the message as it stands: like the worker's, without its parameters. */
    @Override
    public void publish(LogRecord record) {
        if (ended) {
            return;
        }
        stream.beforeLine();
        String message = String.valueOf(record.getMessage());
        if (record.getThrown() != null) {
            message += System.lineSeparator() + Console.stackTrace(record.getThrown());
        }
        console.log("Function." + function + ".User", level(record.getLevel()), message);
    }

    private static Console.Level level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return Console.Level.ERROR;
        } else if (value >= Level.WARNING.intValue()) {
            return Console.Level.WARNING;
        } else if (value >= Level.INFO.intValue()) {
            return Console.Level.INFORMATION;
        }
        return value >= Level.CONFIG.intValue() ? Console.Level.DEBUG : Console.Level.TRACE;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        ended = true;
    }

    private record Trace(String traceparent, String tracestate, Map<String, String> attributes)
            implements TraceContext {
        @Override
        public String getTraceparent() {
            return traceparent;
        }

        @Override
        public String getTracestate() {
            return tracestate;
        }

        @Override
        public Map<String, String> getAttributes() {
            return attributes;
        }
    }

    /** The context of the only attempt: retry policies are refused. */
    private static final class NoRetry implements RetryContext, RpcException {
        @Override
        public int getRetrycount() {
            return 0;
        }

        @Override
        public int getMaxretrycount() {
            return 0;
        }

        @Override
        public RpcException getException() {
            return this;
        }

        @Override
        public String getSource() {
            return "";
        }

        @Override
        public String getStacktrace() {
            return "";
        }

        @Override
        public String getMessage() {
            return "";
        }
    }
}
