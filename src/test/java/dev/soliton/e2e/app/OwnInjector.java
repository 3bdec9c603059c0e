package dev.soliton.e2e.app;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.functions.FunctionFactory;
import dev.soliton.orchestration.DataConverter;

/** An app's own injector, which would be made of a container: it hands over to Soliton's what is Soliton's. */
public final class OwnInjector implements FunctionInstanceInjector {
    private final FunctionFactory soliton = new FunctionFactory();

    @Override
    public <T> T getInstance(Class<T> type) {
        if (soliton.isOfSoliton(type)) {
            return soliton.getInstance(type);
        }
        return type.cast(new InjectedShop("open", shop()));
    }

    private OwnShop shop() {
        return new OwnShop(
                soliton.getInstance(OrchestrationClient.class),
                soliton.getInstance(InstanceResponses.class),
                soliton.getInstance(DataConverter.class));
    }
}
