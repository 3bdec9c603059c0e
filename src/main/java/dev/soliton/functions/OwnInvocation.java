package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import java.util.logging.Logger;

/** Stands for the invocation of a function of the app's own, of which Soliton is told nothing but the request. */
final class OwnInvocation implements ExecutionContext {
    private static final Logger LOGGER = Logger.getLogger("dev.soliton");

    @Override
    public Logger getLogger() {
        return LOGGER;
    }

    @Override
    public String getInvocationId() {
        return "unknown";
    }

    @Override
    public String getFunctionName() {
        return "unknown";
    }
}
