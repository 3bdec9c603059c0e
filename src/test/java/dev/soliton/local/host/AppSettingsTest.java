package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class AppSettingsTest {

    @Test
    void percentSignsAreReplacedAllOfThemOrNone() {
        AppSettings settings = new AppSettings(Map.of("HUB", "h", "a__b", "c"));

        assertThat(settings.resolve("x-%hub%-%A:B%")).isEqualTo("x-h-c");
        assertThatThrownBy(() -> settings.resolve("%HUB%-%NONE%")).hasMessage("'%NONE%' does not resolve to a value.");
        assertThatThrownBy(() -> settings.resolve("%HUB")).hasMessageContaining("does not resolve to a value.");
    }

    @Test
    void aConnectionIsLookedUpWithItsPrefixFirst() {
        AppSettings settings = new AppSettings(
                Map.of("AzureWebJobsA", "prefixed", "A", "plain", "B", "b", "AzureWebJobsStorage", "s"));

        assertThat(settings.connectionString("A")).isEqualTo("prefixed");
        assertThat(settings.connectionString("B")).isEqualTo("b");
        assertThat(settings.connectionString("")).isEqualTo("s");
        assertThatThrownBy(() -> settings.connectionString("C"))
                .hasMessageContaining("Storage account connection string 'AzureWebJobsC' does not exist.");
    }

    @Test
    void anIdentityIsRefusedByTheNameOfItsSetting() {
        AppSettings settings = new AppSettings(Map.of("A__queueServiceUri", "https://example.invalid"));

        assertThatThrownBy(() -> settings.connectionString("A")).hasMessageContaining("'A__queueServiceUri'");
    }
}
