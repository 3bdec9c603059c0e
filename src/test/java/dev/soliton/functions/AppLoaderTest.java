package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.azure.StorageAccount;
import dev.soliton.orchestration.OrchestratorDescription;
import dev.soliton.orchestration.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

final class AppLoaderTest {
    private static final Map<String, String> SETTINGS =
            Map.of("AzureWebJobsStorage", "UseDevelopmentStorage=true", "GREETING", "hello", "BLANK", " ");

    private final AppLoader loader = new AppLoader(SETTINGS, StorageAccount.of(SETTINGS));

    private static final class Shipping implements SolitonApp {
        @Override
        public void register(Registry registry, AppEnvironment environment) {
            registry.orchestrator("Ship", () -> context -> environment.setting("GREETING"))
                    .activity("Pack", () -> context -> null);
        }
    }

    private static final class Billing implements SolitonApp {
        @Override
        public void register(Registry registry, AppEnvironment environment) {
            registry.orchestrator("Bill", () -> context -> null)
                    .internal("Remind", () -> context -> null)
                    .describe("Bill", OrchestratorDescription.of("Bills"));
        }
    }

    private static final class Copy implements SolitonApp {
        @Override
        public void register(Registry registry, AppEnvironment environment) {
            registry.activity("Pack", () -> context -> null);
        }
    }

    @Test
    void whatSeveralAppsRegisterIsOne() {
        Registry registry = loader.load(List.of(new Shipping(), new Billing()));
        assertThat(registry.orchestrators()).containsExactly("Bill", "Remind", "Ship");
        assertThat(registry.activities()).containsExactly("Pack");
        assertThat(registry.isInternal("Remind")).isTrue();
        assertThat(registry.description("Bill")).isPresent();
    }

    @Test
    void nameThatTwoAppsRegisterIsRefusedWithBoth() {
        assertThatExceptionOfType(AppException.class)
                .isThrownBy(() -> loader.load(List.of(new Shipping(), new Billing(), new Copy())))
                .withMessageContainingAll("activity 'Pack'", Shipping.class.getName(), Copy.class.getName());
    }

    @Test
    void appThatFailsIsNamed() {
        SolitonApp failing = (registry, environment) -> {
            throw new IllegalStateException("no warehouse");
        };
        assertThatExceptionOfType(AppException.class)
                .isThrownBy(() -> loader.load(List.of(failing)))
                .withMessageContainingAll(failing.getClass().getName(), "no warehouse");
    }

    @Test
    void appThatCannotBeLoadedIsNamed() {
        Iterable<SolitonApp> broken = () -> {
            throw new ServiceConfigurationError("Provider x.Missing not found");
        };
        assertThatExceptionOfType(AppException.class)
                .isThrownBy(() -> loader.load(broken))
                .withMessageContaining("x.Missing");
    }

    @Test
    void twoDataConvertersAreRefused() {
        SolitonApp one = (registry, environment) -> registry.dataConverter(mock());
        SolitonApp other = (registry, environment) -> registry.dataConverter(mock());
        assertThatExceptionOfType(AppException.class)
                .isThrownBy(() -> loader.load(List.of(one, other)))
                .withMessageContaining("data converter");
    }

    @Test
    void settingThatIsBlankIsNone() {
        assertThat(loader.setting("GREETING")).contains("hello");
        assertThat(loader.setting("BLANK")).isEmpty();
        assertThat(loader.setting("MISSING")).isEmpty();
    }

    @Test
    void whatAnAppOpenedIsClosedLastFirstWhateverFails() {
        List<String> closed = new ArrayList<>();
        loader.closeAtTheEnd(() -> closed.add("first"));
        loader.closeAtTheEnd(() -> {
            throw new IOException("cannot be closed");
        });
        loader.closeAtTheEnd(() -> closed.add("last"));
        loader.close();
        loader.close();
        assertThat(closed).containsExactly("last", "first");
    }
}
