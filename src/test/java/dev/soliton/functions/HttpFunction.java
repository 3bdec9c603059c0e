package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A function that the app serves over HTTP, as its annotations say, and as the worker calls it. */
record HttpFunction(String name, HttpMethod verb, String route, AuthorizationLevel authLevel, Method method) {
    private static final Set<String> DASHBOARD = Set.of("UiApi", "UiFiles");
    private static final List<HttpFunction> ALL = find();

    /** All of the API, each of which demands a key. */
    static List<HttpFunction> all() {
        return ALL.stream()
                .filter(function -> !DASHBOARD.contains(function.name()))
                .toList();
    }

    /** Those that anybody can call: the dashboard's page, and its entrance to the API. */
    static List<HttpFunction> ofTheDashboard() {
        return ALL.stream()
                .filter(function -> DASHBOARD.contains(function.name()))
                .toList();
    }

    private static List<HttpFunction> find() {
        List<HttpFunction> functions = new ArrayList<>();
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ApiDescription.class.getPackageName())
                .forEach(type -> {
                    for (Method method : type.reflect().getDeclaredMethods()) {
                        FunctionName name = method.getAnnotation(FunctionName.class);
                        HttpTrigger trigger = trigger(method);
                        if (name != null && trigger != null) {
                            for (HttpMethod verb : trigger.methods()) {
                                functions.add(new HttpFunction(
                                        name.value(), verb, trigger.route(), trigger.authLevel(), method));
                            }
                        }
                    }
                });
        return List.copyOf(functions);
    }

    private static @Nullable HttpTrigger trigger(Method method) {
        for (Parameter parameter : method.getParameters()) {
            HttpTrigger trigger = parameter.getAnnotation(HttpTrigger.class);
            if (trigger != null) {
                return trigger;
            }
        }
        return null;
    }

    /** The names that it asks the metadata for. */
    List<String> bindingNames() {
        List<String> names = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            BindingName name = parameter.getAnnotation(BindingName.class);
            if (name != null) {
                names.add(name.value());
            }
        }
        return names;
    }

    /**
     * Calls it.
     *
     * @param metadata what the host has put together for it
     * @throws IllegalArgumentException if a name is not in there to the letter, where the host answers an empty 500
     */
    HttpResponseMessage call(
            FunctionFactory functions,
            HttpRequestMessage<?> request,
            Map<String, String> metadata,
            ExecutionContext invocation) {
        Parameter[] parameters = method.getParameters();
        Object[] arguments = new Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            BindingName name = parameters[i].getAnnotation(BindingName.class);
            if (name != null) {
                String value = metadata.get(name.value());
                if (value == null) {
                    throw new IllegalArgumentException("Cannot find matched @BindingName of customer function: "
                            + name.value() + " in " + metadata.keySet());
                }
                arguments[i] = value;
            } else {
                arguments[i] = parameters[i].getType().equals(ExecutionContext.class) ? invocation : request;
            }
        }
        try {
            return (HttpResponseMessage) method.invoke(functions.getInstance(method.getDeclaringClass()), arguments);
        } catch (IllegalAccessException failure) {
            throw new LinkageError(failure.getMessage(), failure);
        } catch (InvocationTargetException failure) {
            throw new AssertionError(failure);
        }
    }
}
