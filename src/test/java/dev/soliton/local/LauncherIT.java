package dev.soliton.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("full")
@DisabledOnOs(OS.WINDOWS) // it has no such signals
final class LauncherIT {

    private static final String FREE_PORT = "-Dsoliton.port=0";
    private static final String FREE_AZURITE = "-Dsoliton.azurite.ports=0,0,0";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path staged;

    @TempDir
    Path data;

    @TempDir
    Path gate;

    @BeforeEach
    void stage() throws Exception {
        SampleApp.stage(staged);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalDrainsTheHostBeforeItStopsTheStorage(String signal) throws Exception {
        try (LauncherProcess launcher = new LauncherProcess(staged, FREE_PORT, FREE_AZURITE, dataFolder())) {
            String base = launcher.awaitReady();
            assertThat(launcher.programsOfFamily()).containsExactlyInAnyOrder("node", "java");
            CompletableFuture<HttpResponse<String>> call = callGated(base);
            awaitEntered(call);

            if (signal.equals("INT")) {
                launcher.signalAll(signal);
            } else {
                launcher.signal(signal);
            }
            launcher.awaitLine(Pattern.compile("Stopping"));
            Files.createFile(gate.resolve("open"));

            HttpResponse<String> answer = call.get(LauncherProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith("Azurite-Blob");
            launcher.awaitLine(Pattern.compile("The host has stopped"));
            launcher.awaitLine(Pattern.compile("Azurite has stopped"));
            assertThat(launcher.awaitExit()).isNotZero();
            launcher.awaitEndOfFamily();
        }
    }

    @Test
    void nothingOutlivesAKilledLauncher() throws Exception {
        try (LauncherProcess launcher = new LauncherProcess(staged, FREE_PORT, FREE_AZURITE, dataFolder())) {
            launcher.awaitReady();
            launcher.signal("KILL");
            launcher.awaitExit();
            launcher.awaitEndOfFamily();
        }
    }

    @Test
    void aNamedStorageIsUsedAndLeftAlone() throws Exception {
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory());
                LauncherProcess launcher =
                        new LauncherProcess(staged, FREE_PORT, "-Dsoliton.storage=" + azurite.connectionString())) {
            String base = launcher.awaitReady();
            assertThat(launcher.programsOfFamily()).containsExactly("java");
            Files.createFile(gate.resolve("open"));
            assertThat(callGated(base)
                            .get(LauncherProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .body())
                    .startsWith("Azurite-Blob");

            launcher.signalAll("INT");
            launcher.awaitExit();
            launcher.awaitEndOfFamily();
            assertThat(Azurite.isAnsweredAt(azurite.ports())).isTrue();
            assertThat(launcher.outputTail()).doesNotContain(StoragePorts.KEY);
        }
    }

    @Test
    void anAzuriteThatListensIsUsedAndLeftAlone() throws Exception {
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory());
                LauncherProcess launcher = new LauncherProcess(
                        staged,
                        FREE_PORT,
                        "-Dsoliton.azurite.ports=%d,%d,%d"
                                .formatted(azurite.blobPort(), azurite.queuePort(), azurite.tablePort()))) {
            launcher.awaitLine(Pattern.compile("the Azurite that already listens on ports " + azurite.blobPort()));
            launcher.awaitReady();
            assertThat(launcher.programsOfFamily()).containsExactly("java");

            launcher.signal("TERM");
            launcher.awaitExit();
            launcher.awaitEndOfFamily();
            assertThat(Azurite.isAnsweredAt(azurite.ports())).isTrue();
        }
    }

    @Test
    void aTakenPortIsNamedWithItsProperty() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                LauncherProcess launcher =
                        new LauncherProcess(staged, "-Dsoliton.port=" + taken.getLocalPort(), FREE_AZURITE)) {
            assertThat(launcher.awaitExit()).isEqualTo(1);
            assertThat(launcher.outputTail())
                    .contains("Port " + taken.getLocalPort() + " is in use. Choose another with -Dsoliton.port=")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aTakenPortOfAzuriteIsNamedWithItsProperties() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                LauncherProcess launcher = new LauncherProcess(
                        staged, FREE_PORT, "-Dsoliton.azurite.ports=0,%d,0".formatted(taken.getLocalPort()))) {
            assertThat(launcher.awaitExit()).isEqualTo(1);
            assertThat(launcher.outputTail())
                    .contains("Port " + taken.getLocalPort() + " is in use, and not by an Azurite")
                    .contains("-Dsoliton.azurite.ports=")
                    .contains("-Dsoliton.storage=")
                    .doesNotContain("\tat ");
        }
    }

    private String dataFolder() {
        return "-Dsoliton.azurite.data=" + data;
    }

    private CompletableFuture<HttpResponse<String>> callGated(String base) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/gated"))
                .POST(HttpRequest.BodyPublishers.ofString(gate.toString()))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private void awaitEntered(CompletableFuture<HttpResponse<String>> call) throws Exception {
        long deadline = System.nanoTime() + LauncherProcess.PATIENCE.toNanos();
        while (!Files.exists(gate.resolve("entered"))) {
            if (call.isDone()) {
                throw new AssertionError("the function was not run, and the answer is " + call.get());
            }
            assertThat(System.nanoTime()).as("limit for the function to run").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
