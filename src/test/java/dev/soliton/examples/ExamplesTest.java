package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.app.FakeEnvironment;
import dev.soliton.orchestration.Registry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExamplesTest {

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

    /** The examples' registry, for what needs no storage: to ask for a client fails. */
    static Registry withoutStorage() {
        Registry registry = new Registry();
        new Examples().register(registry, FakeEnvironment.EMPTY);
        return registry;
    }
}
