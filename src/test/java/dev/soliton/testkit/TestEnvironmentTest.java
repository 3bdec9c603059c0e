package dev.soliton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.orchestration.Registry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestEnvironmentTest {
    private final List<String> closed = new ArrayList<>();

    /** Asks for its clients at once, as an app may. */
    private final SolitonApp app = new SolitonApp() {
        @Override
        public void register(Registry registry, AppEnvironment environment) {
            BlobServiceClient blobs = environment.blobs();
            String place = environment.setting("PLACE").orElse("nowhere");
            environment.closeAtTheEnd(() -> closed.add("first"));
            environment.closeAtTheEnd(() -> closed.add("second"));
            registry.orchestrator(
                            "It",
                            () -> context ->
                                    context.callActivity("Store", String.class).await())
                    .activity("Store", () -> context -> {
                        blobs.createBlobContainer(place);
                        return place;
                    });
        }
    };

    @Test
    void anAppIsRegisteredAndAnActivityThatNeedsStorageIsToBeFaked() {
        try (TestHub hub = new TestHub(app)) {
            hub.start("It", "real");
            hub.settle();
            assertThat(hub.failure("real")).contains("A test has no storage");

            hub.activity("Store", context -> "faked");
            hub.start("It", "faked");
            hub.settle();
            assertThat(hub.output("faked", String.class)).isEqualTo("faked");
        }
    }

    @Test
    void noClientReachesAStorage() {
        TestEnvironment environment = new TestEnvironment();

        assertThatThrownBy(() -> environment.tables().createTable("t")).hasMessageContaining("A test has no storage");
        assertThatThrownBy(() -> environment.queues().createQueue("q")).hasMessageContaining("A test has no storage");
        assertThatThrownBy(() -> environment.blobs().createBlobContainer("b"))
                .hasMessageContaining("A test has no storage");
        assertThat(environment.blobs()).isSameAs(environment.blobs());
    }

    @Test
    void settingsAndClientsAreThoseOfTheTestAndWhatIsToBeClosedIs() {
        BlobServiceClient own =
                new BlobServiceClientBuilder().endpoint("https://own.invalid").buildClient();
        try (TestEnvironment environment =
                new TestEnvironment().withSetting("PLACE", "here").withBlobs(own)) {
            new TestHub(app, environment).close();

            assertThat(environment.settings()).containsEntry("PLACE", "here");
            assertThat(environment.setting("OTHER")).isEmpty();
            assertThat(environment.blobs()).isSameAs(own);
            assertThat(closed).isEmpty();
        }
        assertThat(closed).containsExactly("second", "first");
    }
}
