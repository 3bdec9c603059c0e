package dev.soliton.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the Java worker the objects that it calls functions on. The worker asks anew for each invocation; what the
 * objects share is built once per process, by the first invocation that needs it.
 *
 * <p>A graph that cannot be built, for a bad setting say, is tried again by the next invocation. The functions ask for it
 * themselves, so that an HTTP caller gets an answer that says why.
 */
public final class FunctionFactory implements FunctionInstanceInjector {
    private static final Map<Class<?>, Supplier<?>> FUNCTIONS = Map.of(
            HttpStartSingle.class, () -> new HttpStartSingle(new StartFunctions(FunctionFactory::graph)),
            HttpStart.class, () -> new HttpStart(new StartFunctions(FunctionFactory::graph)),
            GetInstance.class, () -> new GetInstance(FunctionFactory::graph),
            RaiseEvent.class, () -> new RaiseEvent(new Operations(FunctionFactory::graph)),
            TerminateInstance.class, () -> new TerminateInstance(new Operations(FunctionFactory::graph)),
            SuspendInstance.class, () -> new SuspendInstance(new Operations(FunctionFactory::graph)),
            ResumeInstance.class, () -> new ResumeInstance(new Operations(FunctionFactory::graph)),
            OrchestratorFunction.class, () -> new OrchestratorFunction(FunctionFactory::graph),
            PoisonFunction.class, () -> new PoisonFunction(FunctionFactory::graph),
            SweeperFunction.class, () -> new SweeperFunction(FunctionFactory::graph));

    /** How long turns have to leave the rest of theirs to others: the worker is killed five seconds after it is told. */
    private static final Duration STOPPING = Duration.ofSeconds(4);

    private static @Nullable Graph graph;

    /** Called by the worker, through {@link java.util.ServiceLoader}. */
    public FunctionFactory() {}

    @Override
    public <T> T getInstance(Class<T> type) {
        Supplier<?> function = FUNCTIONS.get(type);
        if (function == null) {
            throw new IllegalStateException("No function " + type.getName() + " is known here.");
        }
        return type.cast(function.get());
    }

    private static synchronized Graph graph() {
        if (graph == null) {
            Graph built = Graph.of(System.getenv());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> built.engine().stop(STOPPING), "soliton-stop"));
            graph = built;
        }
        return graph;
    }
}
