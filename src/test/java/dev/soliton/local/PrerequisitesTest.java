package dev.soliton.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The programs are shell scripts that say a version. */
@Tag("full")
@DisabledOnOs(OS.WINDOWS)
final class PrerequisitesTest {

    @TempDir
    Path folder;

    @Test
    void nothingIsMissingWhereNodeAndNpmAreThereAndThePortIsFree() throws IOException {
        assertThat(Prerequisites.missing(saying("v20.0.0"), saying("10.1.0"), "0"))
                .isEmpty();
        assertThat(Prerequisites.missing(saying("v25.9.0-pre"), saying("11.0.0"), ""))
                .isEmpty();
    }

    @Test
    void nodeThatIsNotThereIsNamedWithItsVersion() throws IOException {
        assertThat(Prerequisites.missing(folder.resolve("none").toString(), saying("10.1.0"), ""))
                .contains("Node.js is not on the PATH", "version 20 or later");
    }

    @Test
    void nodeThatIsTooOldIsNamedWithBothVersions() throws IOException {
        assertThat(Prerequisites.missing(saying("v18.20.1"), saying("10.1.0"), ""))
                .contains("v18.20.1 is too old", "version 20 or later");
    }

    @Test
    void npmThatIsNotThereIsNamed() throws IOException {
        assertThat(Prerequisites.missing(
                        saying("v22.1.0"), folder.resolve("none").toString(), ""))
                .contains("npm is not on the PATH");
    }

    @Test
    void portThatIsTakenIsNamedWithItsProperty() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(Prerequisites.missing(saying("v20.0.0"), saying("10.1.0"), "" + taken.getLocalPort()))
                    .contains("Port " + taken.getLocalPort() + " is in use", "-Dsoliton.port=");
        }
    }

    @Test
    void launcherFindsTheSamePortsFreeAsTheBuildDoes() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(LocalPort.isFree(taken.getLocalPort())).isFalse();
            assertThat(Prerequisites.isFree(taken.getLocalPort())).isFalse();
        }
        assertThat(LocalPort.isFree(0)).isTrue();
    }

    @Test
    void portThatIsNoneIsLeftToTheSettings() throws IOException {
        for (String port : new String[] {"-1", "65536", "many", "070"}) {
            assertThat(Prerequisites.missing(saying("v20.0.0"), saying("10.1.0"), port))
                    .as(port)
                    .isEmpty();
        }
    }

    /** As the build runs it: from its source, with nothing compiled. */
    @Test
    void sourceRunsByItself() throws Exception {
        Path source = ProjectRoot.find().resolve("src/local/java/dev/soliton/local/Prerequisites.java");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), source.toString(), "0")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(output).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    private String saying(String version) throws IOException {
        Path program = folder.resolve("program-" + version);
        Files.writeString(program, "#!/bin/sh\necho " + version + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program.toString();
    }
}
