package dev.soliton.functions;

import dev.soliton.app.AppEnvironment;
import dev.soliton.client.OrchestrationClient;
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
    private static final Map<Class<?>, Function<AppObjects, Object>> GIVEN =
            Map.of(OrchestrationClient.class, AppObjects::client, AppEnvironment.class, AppObjects::apps);

    private final Supplier<AppObjects> objects;

    OwnFunctions(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    /**
     * A new object of the class.
     *
     * @throws IllegalStateException if it has no constructor that can be called, with the reason
     */
    <T> T create(Class<T> type) {
        Constructor<?> constructor = constructorOf(type);
        Object[] arguments =
                Arrays.stream(constructor.getParameterTypes()).map(this::given).toArray();
        try {
            return type.cast(constructor.newInstance(arguments));
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
            String given = GIVEN.keySet().stream().map(Class::getName).sorted().collect(Collectors.joining(" and "));
            throw new IllegalStateException("The function class " + type.getName()
                    + " needs one public constructor, without parameters or with some of " + given + ".");
        }
        return all[0];
    }
}
