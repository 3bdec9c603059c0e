package dev.soliton.local.host;

import com.google.gson.reflect.TypeToken;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values for a function's parameters, by the worker's rules: the trigger by its annotation, metadata by
 * {@code @BindingName}, else an {@link ExecutionContext}. A parameter's own name never matters.
 */
final class Arguments {

    private static final String ANNOTATIONS = "com.microsoft.azure.functions.annotation";

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

    /**
     * What a method calls the values that it gets by {@code @BindingName}, by their names there. Empty where its class was
     * compiled without the names of parameters.
     */
    static Map<String, String> namesOfMetadata(Method method) {
        Map<String, String> names = new HashMap<>();
        for (Parameter parameter : method.getParameters()) {
            for (Annotation annotation : parameter.getAnnotations()) {
                String name = attribute(annotation, "value");
                if (annotation.annotationType().getName().equals(ANNOTATIONS + ".BindingName")
                        && name != null
                        && parameter.isNamePresent()) {
                    names.put(name, parameter.getName());
                }
            }
        }
        return names;
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
        if (inputs.trigger() instanceof HttpCall call) {
            Class<?> raw = TypeToken.get(type).getRawType();
            if (!raw.equals(HttpRequestMessage.class)) {
                throw unsupported(type.getTypeName() + " for the trigger");
            }
            return call.as(type);
        }
        return Conversions.text((String) inputs.trigger(), type);
    }

    private Object metadata(@Nullable String name, Type type) {
        String text = inputs.metadata().get(name);
        if (text == null) { // for an Optional too
            throw new IllegalArgumentException("Cannot find matched @BindingName of customer function, please check if"
                    + " customer function is defined correctly: [" + name + "] is not in the trigger metadata.");
        }
        return Conversions.text(text, type);
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
