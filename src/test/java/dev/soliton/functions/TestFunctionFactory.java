package dev.soliton.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.soliton.app.AppRegistry;
import dev.soliton.e2e.app.Content;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Stands in a test app where {@link FunctionFactory} stands in the shipped one, which knows nothing of tests. */
public final class TestFunctionFactory implements FunctionInstanceInjector {
    private static @Nullable AppObjects objects;

    private final FunctionFactory functions = new FunctionFactory(TestFunctionFactory::objects);

    @Override
    public <T> T getInstance(Class<T> type) {
        return functions.getInstance(type);
    }

    private static synchronized AppObjects objects() {
        if (objects == null) {
            objects = AppObjects.of(System.getenv(), (registry, account) -> {
                new AppRegistry(account::tables, account::blobs).register(registry);
                ServiceLoader.load(Content.class, TestFunctionFactory.class.getClassLoader())
                        .forEach(content -> content.register(registry));
            });
            objects.stopWithTheProcess();
        }
        return objects;
    }
}
