package dev.soliton.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.soliton.orchestration.Registry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AppRegistryTest {

    @Test
    void namesTheExamplesAndBuildsNoClientForIt() {
        Registry registry = withoutStorage();

        assertThat(registry.orchestrators())
                .containsExactly(
                        "ChargePayment",
                        "Counter",
                        "HelloCities",
                        "ImportCatalog",
                        "OrderSaga",
                        "ParallelThumbnails",
                        "ReserveStock",
                        "WatchUrl");
        assertThat(registry.activities()).contains("SayHello", "FetchUrl", "TakeStock", "MakeThumbnail");
        assertThat(List.of("SayHello", "FetchUrl", "TakeStock", "MakeThumbnail"))
                .allMatch(name -> registry.newActivity(name).isPresent());
    }

    /** The app's registry, for what needs no storage: to ask for a client fails. */
    static Registry withoutStorage() {
        Registry registry = new Registry();
        new AppRegistry(
                        () -> fail("A client for tables was asked for."),
                        () -> fail("A client for blobs was asked for."))
                .register(registry);
        return registry;
    }
}
