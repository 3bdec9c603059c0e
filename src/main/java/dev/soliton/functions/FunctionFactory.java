package dev.soliton.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the Java worker the objects that it calls functions on. The worker asks anew for each invocation; what the
 * objects share is built once per process, from the moment that the worker loads the first function.
 *
 * <p>A graph that cannot be built, for a bad setting say, is tried again by the next invocation. The functions ask for it
 * themselves, so that an HTTP caller gets an answer that says why.
 */
public final class FunctionFactory implements FunctionInstanceInjector {
    private static @Nullable AppObjects objects;

    private final Map<Class<?>, Supplier<?>> functions;

    /** Called by the worker, through {@link java.util.ServiceLoader}, when it loads the first function. */
    public FunctionFactory() {
        this(FunctionFactory::graph);
        Thread thread = new Thread(FunctionFactory::prepare, "soliton-start");
        // The worker shows the app's class loader only to its own threads.
        thread.setContextClassLoader(FunctionFactory.class.getClassLoader());
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Does what the first invocation would have to wait for while the host is not ready for it yet: builds the graph, and
     * looks at an instance that is not there, which loads the classes that a request needs and makes a connection.
     */
    private static void prepare() {
        try {
            graph().client().status("soliton-start", false);
        } catch (RuntimeException harmless) {
            // The invocation that needs it tries again, and says what is wrong.
        }
    }

    /** Makes functions that work on another graph than the app's. */
    FunctionFactory(Supplier<AppObjects> graph) {
        this.functions = Map.of(
                StartFunctions.class, () -> new StartFunctions(graph),
                InstanceFunctions.class, () -> new InstanceFunctions(graph),
                EngineFunctions.class, () -> new EngineFunctions(graph),
                ApiDescription.class, () -> new ApiDescription(graph));
    }

    @Override
    public <T> T getInstance(Class<T> type) {
        Supplier<?> function = functions.get(type);
        if (function == null) {
            throw new IllegalStateException("No function " + type.getName() + " is known here.");
        }
        return type.cast(function.get());
    }

    private static synchronized AppObjects graph() {
        if (objects == null) {
            objects = AppObjects.of(System.getenv());
            objects.stopWithTheProcess();
        }
        return objects;
    }
}
