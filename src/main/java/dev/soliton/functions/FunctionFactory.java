package dev.soliton.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.soliton.orchestration.PublicApi;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the Java worker the objects on which it calls functions. The worker asks again for each invocation. The objects
 * share the objects of the app, which are built once per process, from the moment that the worker loads the first
 * function.
 *
 * <p>The worker finds this class by {@link java.util.ServiceLoader}, and fails every function if it finds another beside it.
 * An app with a {@link FunctionInstanceInjector} of its own takes the jar with the classifier {@code bare}, in which this
 * one is not named, keeps one object of this class, and has it make what {@link #isOfSoliton} says is Soliton's.
 *
 * <p>If they cannot be built, because of a bad setting say, the next invocation tries again. The functions ask for
 * them themselves, so that an HTTP caller gets an answer with the reason.
 */
@PublicApi
public final class FunctionFactory implements FunctionInstanceInjector {
    private static @Nullable AppObjects objects;

    private final Map<Class<?>, Supplier<?>> functions;
    private final OwnFunctions own;

    /** Called by the worker, through {@link java.util.ServiceLoader}, when it loads the first function. */
    public FunctionFactory() {
        this(FunctionFactory::objects);
        Thread thread = new Thread(FunctionFactory::prepare, "soliton-start");
        // The worker shows the app's class loader only to its own threads.
        thread.setContextClassLoader(FunctionFactory.class.getClassLoader());
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Prepares the first invocation while the host is not ready for it yet: builds the objects, and reads an instance
     * that does not exist. That read loads the classes that a request needs, and opens a connection.
     */
    private static void prepare() {
        try {
            objects().client().status("soliton-start", false);
        } catch (RuntimeException harmless) {
            // The invocation that needs them tries again, and reports the failure.
        }
    }

    /** Creates a factory whose functions use other objects than the app's. */
    FunctionFactory(Supplier<AppObjects> objects) {
        this.functions = Map.of(
                StartFunctions.class, () -> new StartFunctions(objects),
                InstanceFunctions.class, () -> new InstanceFunctions(objects),
                EngineFunctions.class, () -> new EngineFunctions(objects),
                DashboardFunctions.class, () -> new DashboardFunctions(objects),
                ApiDescription.class, () -> new ApiDescription(objects));
        this.own = new OwnFunctions(objects);
    }

    /**
     * Whether this is a class of Soliton's own functions, or one of the objects that Soliton gives to the functions of an
     * app, such as {@code OrchestrationClient}.
     */
    public boolean isOfSoliton(Class<?> type) {
        return functions.containsKey(type) || OwnFunctions.gives(type);
    }

    /**
     * An object of the class: of Soliton's own functions; or what Soliton gives to the functions of an app, which is the same
     * at each call; or a new object of an app's own class, whose one public constructor asks for some of that.
     *
     * @throws dev.soliton.orchestration.SolitonException if it needs the objects of the app and they cannot be built, with
     *     the reason
     * @throws IllegalStateException if the class has no such constructor, or the constructor fails
     */
    @Override
    public <T> T getInstance(Class<T> type) {
        Supplier<?> function = functions.get(type);
        return function == null ? own.get(type) : type.cast(function.get());
    }

    private static synchronized AppObjects objects() {
        if (objects == null) {
            objects = AppObjects.of(System.getenv());
            objects.stopWithTheProcess();
        }
        return objects;
    }
}
