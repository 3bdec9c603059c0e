package dev.soliton.local.host;

import com.microsoft.azure.functions.internal.spi.middleware.Middleware;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The app's classes, and how the Java worker finds a function's method and calls it. */
final class AppCode {

    private final ClassLoader loader;
    private final @Nullable FunctionInstanceInjector injector;

    private AppCode(ClassLoader loader, @Nullable FunctionInstanceInjector injector) {
        this.loader = loader;
        this.injector = injector;
    }

    static AppCode load(Set<Path> scriptFiles) throws IOException {
        ClassLoader loader = AppClassLoader.of(scriptFiles);
        if (ServiceLoader.load(Middleware.class, loader).iterator().hasNext()) {
            throw new HostInError(
                    "The app has a " + Middleware.class.getName() + ", which the local host does not support.");
        }
        Iterator<FunctionInstanceInjector> found =
                ServiceLoader.load(FunctionInstanceInjector.class, loader).iterator();
        FunctionInstanceInjector injector = found.hasNext() ? found.next() : null;
        if (found.hasNext()) {
            throw new HostInError("The app has more than one FunctionInstanceInjector.");
        }
        return new AppCode(loader, injector);
    }

    /** The public method of that name in exactly that class; the class is not initialized yet. */
    Method find(String entryPoint) throws ReflectiveOperationException {
        int dot = entryPoint.lastIndexOf('.');
        if (dot < 0) {
            throw new ClassNotFoundException("'" + entryPoint + "' is not a class and a method.");
        }
        Class<?> declaring = Class.forName(entryPoint.substring(0, dot), false, loader);
        List<Method> methods = Arrays.stream(declaring.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge())
                .filter(method -> method.getName().equals(entryPoint.substring(dot + 1)))
                .toList();
        if (methods.isEmpty()) {
            throw new NoSuchMethodException("There are no methods named " + entryPoint + ".");
        }
        if (methods.size() > 1) {
            throw new UnsupportedOperationException(
                    "Found more than one function with method name " + entryPoint + ".");
        }
        return methods.get(0);
    }

    /** Calls the method on a new instance, or the injector's, and throws what it throws. */
    @Nullable
    Object call(Method method, Arguments arguments) throws Throwable {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Object[] values = arguments.of(method);
            return method.invoke(Modifier.isStatic(method.getModifiers()) ? null : instance(method), values);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Object instance(Method method) throws Exception {
        Class<?> type = method.getDeclaringClass();
        return injector == null ? type.getConstructor().newInstance() : injector.getInstance(type);
    }
}
