package dev.soliton.local.host;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * A function and its method. One whose method could not be found is served all the same, and fails at each invocation.
 */
record LoadedFunction(FunctionDefinition definition, @Nullable Method method, @Nullable Throwable loadFailure) {

    static LoadedFunction of(FunctionDefinition definition, AppCode code) {
        try {
            return new LoadedFunction(definition, code.find(definition.entryPoint()), null);
        } catch (ReflectiveOperationException | LinkageError | UnsupportedOperationException e) {
            return new LoadedFunction(definition, null, e);
        }
    }
}
