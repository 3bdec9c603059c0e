package dev.soliton.local.host;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values for a function's parameters, by the worker's rules: the trigger by its annotation, metadata by
 * {@code @BindingName}, else an {@link ExecutionContext}. A parameter's own name never matters.
 */
final class Arguments {

    private static final String ANNOTATIONS = "com.microsoft.azure.functions.annotation";
    private static final String REQUEST = HttpRequestMessage.class.getName() + "<java.util.Optional<java.lang.String>>";

    private static final Map<Type, Function<String, Object>> CONVERSIONS = Map.ofEntries(
            Map.entry(String.class, text -> text),
            Map.entry(int.class, Integer::valueOf),
            Map.entry(Integer.class, Integer::valueOf),
            Map.entry(long.class, Long::valueOf),
            Map.entry(Long.class, Long::valueOf),
            Map.entry(short.class, Short::valueOf),
            Map.entry(Short.class, Short::valueOf),
            Map.entry(double.class, Double::valueOf),
            Map.entry(Double.class, Double::valueOf),
            Map.entry(float.class, Float::valueOf),
            Map.entry(Float.class, Float::valueOf),
            Map.entry(boolean.class, Boolean::valueOf),
            Map.entry(Boolean.class, Boolean::valueOf));

    private final String triggerName;
    private final Inputs inputs;
    private final ExecutionContext context;

    Arguments(String triggerName, Inputs inputs, ExecutionContext context) {
        this.triggerName = triggerName;
        this.inputs = inputs;
        this.context = context;
    }

    Object[] of(Method method) {
        Parameter[] parameters = method.getParameters();
        Object[] values = new Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            values[i] = value(parameters[i]);
        }
        return values;
    }

    private Object value(Parameter parameter) {
        Type type = parameter.getParameterizedType();
        for (Annotation annotation : parameter.getAnnotations()) {
            // The annotations are the app loader's, so this class cannot name their types.
            if (annotation.annotationType().getPackageName().equals(ANNOTATIONS)) {
                String name = attribute(annotation, "name");
                return name == null ? metadata(attribute(annotation, "value"), type) : trigger(name, type);
            }
        }
        if (type.equals(ExecutionContext.class)) {
            return context;
        }
        throw unsupported(parameter.toString());
    }

    private Object trigger(String name, Type type) {
        if (!name.equals(triggerName)) {
            throw new IllegalArgumentException("Cannot find matched binding of name [" + name + "].");
        }
        boolean fits = inputs.trigger() instanceof String
                ? type.equals(String.class)
                : type.getTypeName().equals(REQUEST);
        if (!fits) {
            throw unsupported(type.getTypeName() + " for the trigger");
        }
        return inputs.trigger();
    }

    private Object metadata(@Nullable String name, Type type) {
        String text = inputs.metadata().get(name);
        if (text == null) { // for an Optional too
            throw new IllegalArgumentException(
                    "Cannot find matched @BindingName of name [" + name + "] in the trigger metadata.");
        }
        if (type instanceof ParameterizedType generic && generic.getRawType().equals(Optional.class)) {
            return text.isEmpty() ? Optional.empty() : Optional.of(convert(text, generic.getActualTypeArguments()[0]));
        }
        return convert(text, type);
    }

    private static Object convert(String text, Type type) {
        Function<String, Object> conversion = CONVERSIONS.get(type);
        if (conversion == null) {
            throw unsupported(type.getTypeName() + " for a @BindingName");
        }
        return conversion.apply(text);
    }

    private static UnsupportedOperationException unsupported(String parameter) {
        return new UnsupportedOperationException(
                "The local host does not support a parameter of type " + parameter + ".");
    }

    private static @Nullable String attribute(Annotation annotation, String name) {
        try {
            return (String) annotation.annotationType().getMethod(name).invoke(annotation);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
