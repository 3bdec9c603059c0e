package dev.soliton.functions;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.orchestration.DataConverter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes the objects on which the worker calls functions that are not Soliton's. Such a class has one public constructor,
 * without parameters or with some of what {@link #GIVEN} has.
 */
final class OwnFunctions {
    private static final Map<Class<?>, Function<AppObjects, Object>> GIVEN = Map.of(
            OrchestrationClient.class, AppObjects::client,
            AppEnvironment.class, AppObjects::apps,
            InstanceResponses.class, OwnResponses::new,
            DataConverter.class, AppObjects::values);

    private final Supplier<AppObjects> objects;

    OwnFunctions(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    /** Whether a constructor can ask for it. */
    static boolean gives(Class<?> type) {
        return GIVEN.containsKey(type);
    }

    /**
     * An object that a constructor can ask for; or else a new one of the class.
     *
     * @throws IllegalStateException if the class has no constructor that can be called, with the reason
     */
    <T> T get(Class<T> type) {
        return type.cast(gives(type) ? given(type) : create(type));
    }

    private Object create(Class<?> type) {
        Constructor<?> constructor = constructorOf(type);
        Object[] arguments =
                Arrays.stream(constructor.getParameterTypes()).map(this::given).toArray();
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException thrown) {
            throw new IllegalStateException(
                    "The constructor of " + type.getName() + " failed: " + thrown.getCause(), thrown.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(type.getName() + " cannot be made: " + impossible, impossible);
        }
    }

    private Object given(Class<?> type) {
        return Objects.requireNonNull(GIVEN.get(type)).apply(objects.get());
    }

    private static Constructor<?> constructorOf(Class<?> type) {
        Constructor<?>[] all = type.getConstructors();
        if (all.length != 1 || !GIVEN.keySet().containsAll(Arrays.asList(all[0].getParameterTypes()))) {
            String given = GIVEN.keySet().stream().map(Class::getName).sorted().collect(Collectors.joining(", "));
            throw new IllegalStateException("The function class " + type.getName()
                    + " needs one public constructor, without parameters or with some of these: " + given + ".");
        }
        return all[0];
    }
}
