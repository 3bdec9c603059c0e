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

        assertThat(List.of("HelloCities", "ImportCatalog")).allMatch(registry::hasOrchestrator);
        assertThat(registry.newActivity("SayHello")).isPresent();
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
