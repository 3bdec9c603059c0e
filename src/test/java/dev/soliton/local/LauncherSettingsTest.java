package dev.soliton.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LauncherSettingsTest {

    private final Properties properties = new Properties();

    LauncherSettingsTest() {
        properties.setProperty("soliton.staged", "staged");
    }

    @Test
    void withoutPropertiesThePortsAreTheUsualOnes() {
        LauncherSettings settings = LauncherSettings.of(properties);

        assertThat(settings.port()).isEqualTo(7071);
        assertThat(settings.storage()).isNull();
        assertThat(settings.azuritePorts()).isEqualTo(new StoragePorts(10000, 10001, 10002));
        assertThat(settings.azuriteHome()).isEqualTo(settings.project().resolve(".azurite"));
        assertThat(settings.azuriteData()).isEqualTo(settings.project().resolve(".azurite/data"));
        assertThat(settings.staged()).isEqualTo(Path.of("staged"));
    }

    @Test
    void propertiesWin() {
        properties.setProperty("soliton.port", " 8080 ");
        properties.setProperty("soliton.storage", "UseDevelopmentStorage=true");
        properties.setProperty("soliton.azurite.home", "shared");
        properties.setProperty("soliton.azurite.data", "elsewhere");

        LauncherSettings settings = LauncherSettings.of(properties);

        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.storage()).isEqualTo("UseDevelopmentStorage=true");
        assertThat(settings.azuriteHome()).isEqualTo(Path.of("shared"));
        assertThat(settings.azuriteData()).isEqualTo(Path.of("elsewhere"));
    }

    @Test
    void theStagedAppIsTheOneThatTheBuildHasMade(@TempDir Path project) throws Exception {
        properties.remove("soliton.staged");
        properties.setProperty("soliton.basedir", project.toString());
        assertThatThrownBy(() -> LauncherSettings.of(properties))
                .isInstanceOf(LocalSetupException.class)
                .hasMessageContaining("staged no function app");

        Path staged = Files.createDirectories(project.resolve("target/azure-functions/my-app"));
        Files.createDirectory(staged.resolveSibling("remains"));
        assertThatThrownBy(() -> LauncherSettings.of(properties)).hasMessageContaining("There are 0 function apps");

        Files.createFile(staged.resolve("host.json"));
        assertThat(LauncherSettings.of(properties).staged()).isEqualTo(staged);
        assertThat(LauncherSettings.of(properties).project()).isEqualTo(project);

        Files.createFile(staged.resolveSibling("remains").resolve("host.json"));
        assertThatThrownBy(() -> LauncherSettings.of(properties))
                .hasMessageContaining("There are 2 function apps")
                .hasMessageContaining("soliton.staged");
    }

    @Test
    void anAzuriteOnOtherPortsHasOtherData() {
        properties.setProperty("soliton.azurite.ports", "11000, 11001,11002");

        LauncherSettings settings = LauncherSettings.of(properties);

        assertThat(settings.azuritePorts()).isEqualTo(new StoragePorts(11000, 11001, 11002));
        assertThat(settings.azuriteData()).isEqualTo(settings.project().resolve(".azurite/data-11000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "65536", "70 71"})
    void whatIsNoPortIsRefusedByName(String value) {
        properties.setProperty("soliton.port", value);

        assertThatThrownBy(() -> LauncherSettings.of(properties))
                .isInstanceOf(LocalSetupException.class)
                .hasMessageContaining("-Dsoliton.port")
                .hasMessageContaining("'" + value + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11000", "1,2", "1,2,3,4", "1,2,x", "1,,3"})
    void azuriteNeedsThreePorts(String value) {
        properties.setProperty("soliton.azurite.ports", value);

        assertThatThrownBy(() -> LauncherSettings.of(properties))
                .isInstanceOf(LocalSetupException.class)
                .hasMessageContaining("-Dsoliton.azurite.ports");
    }

    @Test
    void noKeyIsNeededAndOtherSitesAreRefusedByDefault() {
        assertThat(LauncherSettings.of(properties).callers()).isEqualTo(new LauncherSettings.Callers(List.of(), false));

        properties.setProperty("soliton.keys", "master, function");
        properties.setProperty("soliton.foreign-callers", "true");

        assertThat(LauncherSettings.of(properties).callers())
                .isEqualTo(new LauncherSettings.Callers(List.of("master", "function"), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"master", "a,b,c", ",b"})
    void keysAreTwo(String value) {
        properties.setProperty("soliton.keys", value);

        assertThatThrownBy(() -> LauncherSettings.of(properties))
                .isInstanceOf(LocalSetupException.class)
                .hasMessageContaining("-Dsoliton.keys");
    }
}
