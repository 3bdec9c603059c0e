package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.NonRetriableException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who name the containers of the engine and of the platform. */
final class ContainersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "soliton-payloads",
                "soliton-workers",
                "otherhub-payloads",
                "otherhub-workers",
                "azure-webjobs-secrets",
                "azure-webjobs-hosts",
                "scm-releases",
                "$web"
            })
    void examplesNeitherReadNorWriteWhatIsTheEnginesOrThePlatforms(String container) {
        // Refused before the storage is asked for.
        ImageBlobs images = new ImageBlobs(ContainersTest::noService);
        CatalogBlobs catalogs = new CatalogBlobs(ContainersTest::noService);
        BlobName name = new BlobName(container, "a.png");
        assertThatThrownBy(() -> images.list(name, 1)).isInstanceOf(NonRetriableException.class);
        assertThatThrownBy(() -> images.read(name)).isInstanceOf(NonRetriableException.class);
        assertThatThrownBy(() -> images.write(name, "image/png", new byte[1]))
                .isInstanceOf(NonRetriableException.class);
        assertThatThrownBy(() -> catalogs.open(name)).isInstanceOf(ImportException.class);
        assertThatThrownBy(() -> catalogs.openRange(new BlobVersion(name, "e"), 0, 1))
                .isInstanceOf(ImportException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"catalogs", "catalog-uploads", "catalog-summaries", "photos", "thumbnails", "workers", "solitons"
            })
    void otherContainersAreFree(String container) {
        assertThat(Containers.isReserved(container)).isFalse();
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // it returns nothing
    private static <T> T noService() {
        throw new AssertionError("The storage was asked for.");
    }
}
