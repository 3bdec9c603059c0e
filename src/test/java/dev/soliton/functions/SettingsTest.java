package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.ReusePolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The app settings: defaults, limits, and errors that name the setting. */
final class SettingsTest {
    private static final UiSettings UI =
            new UiSettings(UiSettings.Mode.FULL, UiSettings.Auth.KEY, Set.of(), Set.of(), false);

    @Test
    void everythingButTheHubHasADefault() {
        assertThat(Settings.of(Map.of("SOLITON_HUB", "abc")))
                .isEqualTo(new Settings(
                        "abc", 16L << 20, 32, 100_000, false, null, null, ConflictPolicy.FAIL, Duration.ofDays(7), UI));
    }

    @Test
    void allCanBeSet() {
        assertThat(Settings.of(Map.of(
                        "SOLITON_HUB", "a".repeat(40),
                        "SOLITON_MAX_PAYLOAD", "1024",
                        "SOLITON_ACTIVITY_THREADS", "1",
                        "SOLITON_MAX_JOURNAL_EVENTS", "1000000",
                        "SOLITON_RETENTION", "P30D",
                        "SOLITON_DIVERGED", "fail",
                        "SOLITON_TRUST_FORWARDED_HEADERS", "true")))
                .isEqualTo(new Settings(
                        "a".repeat(40),
                        1024,
                        1,
                        1_000_000,
                        true,
                        Duration.ofDays(30),
                        null,
                        ConflictPolicy.FAIL,
                        Duration.ZERO,
                        UI));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "1ab", "Abc", "a-b", "a_bc", "abcdefghijklmnopqrstuvwxyzabcdefghijklmno"})
    void hubMustFitIntoTheNamesOfTablesQueuesAndContainers(String hub) {
        assertThatThrownBy(() -> Settings.of(Map.of("SOLITON_HUB", hub)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("SOLITON_HUB")
                .hasMessageContaining("'" + hub + "'");
    }

    @Test
    void missingHubIsNamed() {
        assertThatThrownBy(() -> Settings.of(Map.of())).hasMessageContaining("SOLITON_HUB");
    }

    @ParameterizedTest
    @CsvSource({
        "SOLITON_MAX_PAYLOAD,1023",
        "SOLITON_MAX_PAYLOAD,104857601",
        "SOLITON_MAX_PAYLOAD,16MB",
        "SOLITON_ACTIVITY_THREADS,0",
        "SOLITON_ACTIVITY_THREADS,1001",
        "SOLITON_RETENTION,PT23H59M",
        "SOLITON_RETENTION,-P30D",
        "SOLITON_RETENTION,P1M",
        "SOLITON_RETENTION,30 days",
        "SOLITON_RETENTION,P36501D",
        "SOLITON_TRUST_FORWARDED_HEADERS,yes",
        "SOLITON_UI,on",
        "SOLITON_UI,ReadOnly",
        "SOLITON_UI_AUTH,none"
    })
    void unusableValueIsNamed(String name, String value) {
        assertThatThrownBy(() -> Settings.of(Map.of("SOLITON_HUB", "abc", name, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("'" + value + "'");
    }

    @Test
    void dashboardIsServedAsTheSettingsSay() {
        Settings settings = Settings.of(Map.of(
                "SOLITON_HUB", "abc",
                "SOLITON_UI", "readonly",
                "SOLITON_UI_AUTH", "easyauth",
                "SOLITON_UI_OPERATORS", " Admins, ,ann@example.org,",
                "SOLITON_UI_READERS", "Readers",
                "WEBSITE_AUTH_ENABLED", "True"));
        assertThat(settings.ui())
                .isEqualTo(new UiSettings(
                        UiSettings.Mode.READONLY,
                        UiSettings.Auth.EASYAUTH,
                        Set.of("Admins", "ann@example.org"),
                        Set.of("Readers"),
                        true));
    }

    @Test
    void namesOfUsersAreNotShownWithTheSettings() {
        Settings settings = Settings.of(
                Map.of("SOLITON_HUB", "abc", "SOLITON_RETENTION", "P30D", "SOLITON_UI_OPERATORS", "ann@example.org"));
        assertThat(settings.shown())
                .containsEntry("SOLITON_HUB", "abc")
                .containsEntry("SOLITON_RETENTION", "PT720H")
                .containsEntry("SOLITON_ID_CONFLICT_POLICY", "fail")
                .containsEntry("SOLITON_UI", "full")
                .doesNotContainValue("ann@example.org");
    }

    @Test
    void policiesOfStartsAreNamedAsInRequests() {
        Settings settings = Settings.of(Map.of(
                "SOLITON_HUB",
                "abc",
                "SOLITON_ID_REUSE_POLICY",
                "allowDuplicateFailedOnly",
                "SOLITON_ID_CONFLICT_POLICY",
                "UseExisting"));
        assertThat(settings.reusePolicy()).isEqualTo(ReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY);
        assertThat(settings.conflictPolicy()).isEqualTo(ConflictPolicy.USE_EXISTING);
        assertThatThrownBy(() -> Settings.of(Map.of("SOLITON_HUB", "abc", "SOLITON_ID_REUSE_POLICY", "never")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("SOLITON_ID_REUSE_POLICY")
                .hasMessageContaining("rejectDuplicate, allowDuplicate, allowDuplicateFailedOnly");
    }
}
