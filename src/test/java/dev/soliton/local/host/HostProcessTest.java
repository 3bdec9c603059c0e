package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a host lives and ends: its settings, its port, its parent, and functions that take too long. */
@Tag("full")
final class HostProcessTest {

    private static final long LIMIT_SECONDS = 90;

    @TempDir
    private Path folder;

    private StagedSample sample;

    @BeforeEach
    void stage() throws Exception {
        sample = StagedSample.in(folder.resolve("staged"))
                .http("Setting", "setting", "setting/{name}", "GET")
                .http("Gated", "gated", "", "GET");
    }

    @Test
    void point14TheEnvironmentWinsOverLocalSettings() throws Exception {
        sample.file(
                "local.settings.json",
                """
                {"IsEncrypted": false, "Values": {"SAMPLE_A": "file", "SAMPLE_B": "file", "PATH": "file"}}""");
        try (RunningHost host = RunningHost.start(
                HostProcess.Options.of(sample.root()).environment(Map.of("SAMPLE_A", "environment")))) {
            assertThat(host.get("/api/setting/SAMPLE_A").body()).isEqualTo("environment");
            assertThat(host.get("/api/setting/SAMPLE_B").body()).isEqualTo("file");
            assertThat(host.get("/api/setting/PATH").body()).isEqualTo(System.getenv("PATH"));
            assertThat(host.get("/api/setting/AZURE_FUNCTIONS_ENVIRONMENT").body())
                    .isEqualTo("Development");
            host.awaitLine("Skipping 'PATH' from local settings");
            assertThat(host.lines())
                    .as("what is said of a setting that the host was started with")
                    .noneMatch(line -> line.contains("SAMPLE_A"));
        }
    }

    @Test
    void settingsThatDoNotSayTheyAreInPlainAreRefused() throws Exception {
        sample.file("local.settings.json", "{\"Values\": {}}");

        assertThatThrownBy(() -> HostProcess.start(HostProcess.Options.of(sample.root())))
                .hasMessageContaining("IsEncrypted");
    }

    @Test
    void aHostJsonWithoutVersionIsAnErrorOfTheHost() throws Exception {
        sample.file("host.json", "{}");
        try (RunningHost host = RunningHost.launch(HostProcess.Options.of(sample.root()))) {
            assertThat(host.process().onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(ExitCodes.FAILED);
            host.awaitLine("host.json must say \"version\": \"2.0\".");
        }
    }

    @Test
    void onlyListedFunctionsRun() throws Exception {
        try (RunningHost host = RunningHost.start(HostProcess.Options.of(sample.root())
                .environment(Map.of("AzureFunctionsJobHost__functions__0", "Setting")))) {
            assertThat(host.get("/api/setting/none").statusCode()).isEqualTo(200);
            assertThat(host.get("/api/gated").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void storageIsAskedForUnlessAllTriggersAreHttp() throws Exception {
        sample.timer("Timer", "0 0 * * * *");
        try (RunningHost host = RunningHost.launch(
                HostProcess.Options.of(sample.root()).environment(Map.of("AzureWebJobsStorage", "")))) {
            assertThat(host.process().onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(ExitCodes.FAILED);
            host.awaitLine("Missing value for AzureWebJobsStorage");
        }
    }

    @Test
    void aTakenPortIsSaidInOneLineWithTheNumber() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                RunningHost host =
                        RunningHost.launch(HostProcess.Options.of(sample.root()).port(taken.getLocalPort()))) {
            assertThat(host.process().onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(HostProcess.PORT_TAKEN);
            host.awaitLine("Port " + taken.getLocalPort() + " is taken");
            assertThat(host.lines()).noneMatch(line -> line.startsWith("\tat "));
        }
    }

    @Test
    void aStopLetsInvocationsEnd() throws Exception {
        Path gate = folder.resolve("gate");
        try (RunningHost host =
                RunningHost.start(HostProcess.Options.of(sample.root()).environment(gateAt(gate)))) {
            CompletableFuture<HttpResponse<String>> gated = host.sendAsync("GET", "/api/gated");
            host.awaitLine("GATE http waiting=1");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(host.process()::stop);
            host.awaitLine("Draining");
            Files.createFile(gate);

            assertThat(gated.get(LIMIT_SECONDS, TimeUnit.SECONDS).body()).isEqualTo("passed");
            assertThat(stopped).succeedsWithin(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(host.process().onExit().join()).isEqualTo(ExitCodes.STOPPED);
        }
    }

    @Test
    void aSignalStopsAsWell() throws Exception {
        try (RunningHost host = RunningHost.start(HostProcess.Options.of(sample.root()))) {
            ProcessHandle.of(host.process().pid()).orElseThrow().destroy();

            assertThat(host.process().onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(ExitCodes.STOPPED);
        }
    }

    @Test
    void aHostEndsWithItsParent() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostParent.class.getName(),
                        sample.root().toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = parent.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith(HostParent.PID)) {
                line = lines.readLine();
            }
            assertThat(line).as("the line with the process id").isNotNull();
            ProcessHandle host = ProcessHandle.of(Long.parseLong(line.substring(HostParent.PID.length())))
                    .orElseThrow();

            parent.destroyForcibly();

            assertThat(host.onExit()).succeedsWithin(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(parent.onExit()).succeedsWithin(LIMIT_SECONDS, TimeUnit.SECONDS);
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void aTimedOutFunctionTakesTheJvmAndAllInvocationsWithIt() throws Exception {
        try (RunningHost host = RunningHost.start(HostProcess.Options.of(sample.root())
                .environment(Map.of(
                        "AzureFunctionsJobHost__functionTimeout",
                        "00:00:03",
                        "SAMPLE_GATE",
                        folder.resolve("never").toString())))) {
            long before = host.process().pid();
            int port = host.process().baseUri().getPort();
            CompletableFuture<HttpResponse<String>> first = host.sendAsync("GET", "/api/gated");
            host.awaitLine("GATE http waiting=1");

            assertThat(first.get(LIMIT_SECONDS, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
            assertThat(first.join().body()).isEmpty();
            host.awaitLine("Timeout value of 00:00:03 exceeded by function 'Functions.Gated' (Id: '");
            host.awaitLine("Restarting the local host on port " + port);
            host.process().awaitReady(java.time.Duration.ofSeconds(LIMIT_SECONDS));
            assertThat(host.process().pid()).isNotEqualTo(before);
            assertThat(host.get("/api/setting/none").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aHostWithoutMemoryForItselfIsStartedAgain() throws Exception {
        int length = 45 << 20;
        try (RunningHost host =
                RunningHost.start(HostProcess.Options.of(sample.root()).jvmArguments(List.of("-Xmx48m")))) {
            RawHttp.exchange(
                    host.process().baseUri().getPort(),
                    "POST /api/setting/none HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n"
                            + "a".repeat(length));

            host.awaitLine("Java has ended with exit code " + ExitCodes.OUT_OF_MEMORY, "time 1.");
            host.awaitLine("Restarting the local host");
            host.process().awaitReady(java.time.Duration.ofSeconds(LIMIT_SECONDS));
            assertThat(host.get("/api/setting/none").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theThirdDeathOfJavaIsTheEndOfTheHost() throws Exception {
        try (RunningHost host = RunningHost.start(HostProcess.Options.of(sample.root()))) {
            int port = host.process().baseUri().getPort();
            for (int death = 1; death <= 2; death++) {
                long before = host.process().pid();
                ProcessHandle.of(before).orElseThrow().destroyForcibly();
                host.awaitLine("Java has ended with exit code ", "time " + death + ".");
                Eventually.isTrue(() -> host.process().pid() != before);
                host.process().awaitReady(java.time.Duration.ofSeconds(LIMIT_SECONDS));
                assertThat(host.process().baseUri().getPort()).isEqualTo(port);
            }
            ProcessHandle.of(host.process().pid()).orElseThrow().destroyForcibly();

            host.process().onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            host.awaitLine("the third time within 30 minutes: the host ends.");
        }
    }

    @Test
    void aKilledHostIsGoneAndItsCopyToo() throws Exception {
        RunningHost host = RunningHost.start(HostProcess.Options.of(sample.root()));
        Path copy = Path.of(host.get("/api/setting/AzureWebJobsScriptRoot").body());
        assertThat(copy).isDirectory().isNotEqualTo(sample.root());

        host.process().kill();

        assertThat(host.process().isAlive()).isFalse();
        assertThat(host.process().onExit().join()).isNotIn(ExitCodes.STOPPED, ExitCodes.FAILED);
        assertThat(Files.exists(copy)).isFalse();
    }

    @Test
    void theCopyOfAKilledProcessIsRemovedByTheNext() throws Exception {
        Process dead = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .start();
        dead.waitFor();
        Path leftover = Files.createTempDirectory("soliton-host-" + dead.pid() + "-");
        Files.writeString(leftover.resolve("host.json"), "{}");
        StagedCopy copy = StagedCopy.of(sample.root());
        try {
            assertThat(leftover).doesNotExist();
            assertThat(copy.root().resolve("sample.jar")).exists();
        } finally {
            copy.delete();
        }
        assertThat(copy.root()).doesNotExist();
    }

    @Test
    void limitAndHeadersOfHostJsonHoldForCallers() throws Exception {
        StagedSample limited = StagedSample.in(folder.resolve("limited"))
                .file(
                        "host.json",
                        """
                        {"version": "2.0", "extensions": {"http": {"maxConcurrentRequests": 1, "maxOutstandingRequests": 1,
                         "customHeaders": {"X-Content-Type-Options": "nosniff", "content-type": "text/other"}}}}""")
                .http("Gated", "gated", "", "GET");
        Path gate = folder.resolve("gate-of-limited");
        try (RunningHost host =
                RunningHost.start(HostProcess.Options.of(limited.root()).environment(gateAt(gate)))) {
            CompletableFuture<HttpResponse<String>> first = host.sendAsync("GET", "/api/gated");
            host.awaitLine("GATE http");

            HttpResponse<String> second = host.get("/api/gated");
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body()).isEmpty();
            assertThat(host.get("/admin/host/status").statusCode()).isEqualTo(200);

            Files.createFile(gate);
            HttpResponse<String> answered = first.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(answered.body()).isEqualTo("passed");
            assertThat(answered.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answered.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        }
    }

    private static Map<String, String> gateAt(Path gate) {
        return Map.of("SAMPLE_GATE", gate.toString());
    }
}
