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
        this.functions = Map.ofEntries(
                function(HttpStartSingle.class, () -> new HttpStartSingle(new StartFunctions(graph))),
                function(HttpStart.class, () -> new HttpStart(new StartFunctions(graph))),
                function(RaiseOrStart.class, () -> new RaiseOrStart(new StartFunctions(graph))),
                function(RestartInstance.class, () -> new RestartInstance(new StartFunctions(graph))),
                function(ListInstances.class, () -> new ListInstances(graph)),
                function(PurgeInstances.class, () -> new PurgeInstances(graph)),
                function(PurgeInstance.class, () -> new PurgeInstance(graph)),
                function(GetInstance.class, () -> new GetInstance(graph)),
                function(RaiseEvent.class, () -> new RaiseEvent(new Operations(graph))),
                function(TerminateInstance.class, () -> new TerminateInstance(new Operations(graph))),
                function(SuspendInstance.class, () -> new SuspendInstance(new Operations(graph))),
                function(ResumeInstance.class, () -> new ResumeInstance(new Operations(graph))),
                function(RewindInstance.class, () -> new RewindInstance(new Operations(graph))),
                function(DescribeApi.class, () -> new DescribeApi(graph)),
                function(OrchestratorFunction.class, () -> new OrchestratorFunction(graph)),
                function(PoisonFunction.class, () -> new PoisonFunction(graph)),
                function(SweeperFunction.class, () -> new SweeperFunction(graph)));
    }

    private static <T> Map.Entry<Class<?>, Supplier<?>> function(Class<T> type, Supplier<T> maker) {
        return Map.entry(type, maker);
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
