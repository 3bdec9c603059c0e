package dev.soliton.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import org.jspecify.annotations.Nullable;

/**
 * Gives the Java worker the objects that it calls functions on. The worker asks anew for each invocation; what the
 * objects share is built once per process, at the first of them.
 */
public final class FunctionFactory implements FunctionInstanceInjector {
    private static @Nullable Graph graph;

    /** Called by the worker, through {@link java.util.ServiceLoader}. */
    public FunctionFactory() {}

    @Override
    public <T> T getInstance(Class<T> function) {
        return function.cast(graph().newFunction(function));
    }

    /** A graph that cannot be built, for a bad setting say, is tried again: the next invocation says why as well. */
    private static synchronized Graph graph() {
        if (graph == null) {
            graph = Graph.of(System.getenv());
        }
        return graph;
    }
}
