package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.queue.QueueClient;
import dev.soliton.local.Azurite;
import dev.soliton.local.host.Stopping.Then;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What a function that runs, and its message, live to see of each way in which a host stops. */
@Tag("full")
final class HostStopIT {

    private static final Duration NONE = Duration.ZERO;
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static Azurite azurite;

    @TempDir
    private Path folder;

    private StagedSample sample;
    private QueueClient queue;
    private Path gate;

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start(Azurite.Options.inMemory());
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @BeforeEach
    void stage(TestInfo test) throws Exception {
        String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        queue = StorageClients.queue(azurite.connectionString(), name.substring(0, Math.min(50, name.length())));
        queue.create();
        sample = StagedSample.in(folder.resolve("staged")).queue("Gated", "gatedMessage", queue.getQueueName());
        gate = folder.resolve("gate");
    }

    @Test
    void listenersGoOnForAWhileAndWhatRunsIsWaitedFor() throws Exception {
        try (RunningHost host = start(new Stopping(Duration.ofSeconds(5), LONG, Then.LEFT_BEHIND, LONG))) {
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(host.process()::stop);
            host.awaitLine("Draining.");
            queue.sendMessage("late");
            host.awaitLine("GATE late count=1");
            host.awaitLine("The listeners stop.");
            Files.createFile(gate);

            stopped.get(90, TimeUnit.SECONDS);
            host.awaitLine("HOOK has run");
            assertThat(host.process().onExit().join()).isEqualTo(ExitCodes.STOPPED);
            assertThat(queue.getProperties().getApproximateMessagesCountLong()).isZero();
        }
    }

    @Test
    void orphanedJavaGetsNoAnswerAndFailsAtItsLog() throws Exception {
        queue.sendMessage("long");
        try (RunningHost host = start(new Stopping(NONE, MOMENT, Then.LEFT_BEHIND, Duration.ofSeconds(3)))) {
            host.awaitLine("GATE long count=1");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(host.process()::stop);
            host.awaitLine("The host is gone; Java is left behind.");
            Files.createFile(gate);

            host.awaitLine("LOG threw IllegalStateException");
            stopped.get(90, TimeUnit.SECONDS);
            host.awaitLine("HOOK has run");
            // What the function did is done, but nobody has deleted its message.
            assertThat(queue.getProperties().getApproximateMessagesCountLong()).isEqualTo(1);
        }
    }

    @Test
    void aCallThatOutlastsTheStopIsCutOff() throws Exception {
        sample.http("GatedCall", "gated", "gated", "GET");
        try (RunningHost host = start(new Stopping(NONE, MOMENT, Then.TOLD_TO_END, Duration.ofSeconds(5)))) {
            CompletableFuture<?> call = CompletableFuture.supplyAsync(() -> {
                try {
                    return host.get("/api/gated");
                } catch (IOException cut) {
                    return cut;
                } catch (InterruptedException stop) {
                    throw new IllegalStateException(stop);
                }
            });
            host.awaitLine("GATE http");
            host.process().stop();

            assertThat(call.get(90, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aHostThatIsKilledAloneLeavesJavaBehind() throws Exception {
        queue.sendMessage("long");
        try (RunningHost host = start(Stopping.REAL)) {
            host.awaitLine("GATE long count=1");
            host.process().leaveJavaBehind();
            host.awaitLine("The host is gone; Java is left behind.");

            assertThat(host.process().isAlive()).isTrue();
            assertThat(host.lines()).noneMatch(line -> line.contains("Draining"));
            host.process().kill();
        }
    }

    @Test
    void javaThatIsKilledWithItsHostSaysNothingMore() throws Exception {
        queue.sendMessage("long");
        try (RunningHost host = start(new Stopping(NONE, MOMENT, Then.KILLED, LONG))) {
            host.awaitLine("GATE long count=1");
            host.process().stop();

            assertThat(host.process().isAlive()).isFalse();
            assertThat(host.lines()).noneMatch(line -> line.startsWith("HOOK"));
            assertThat(queue.getProperties().getApproximateMessagesCountLong()).isEqualTo(1);
        }
    }

    @Test
    void javaThatIsAskedToEndRunsItsHooksWhileFunctionsRun() throws Exception {
        queue.sendMessage("long");
        try (RunningHost host = start(new Stopping(NONE, MOMENT, Then.TOLD_TO_END, Duration.ofSeconds(5)))) {
            host.awaitLine("GATE long count=1");
            host.process().stop();

            host.awaitLine("HOOK has run");
            assertThat(host.process().onExit().join()).isEqualTo(ExitCodes.STOPPED);
        }
    }

    private RunningHost start(Stopping stopping) throws Exception {
        RunningHost host = RunningHost.start(HostProcess.Options.of(
                        sample.http("Hook", "hook", "hook", "GET").root())
                .stopping(stopping)
                .environment(Map.of(
                        "AzureWebJobsStorage",
                        azurite.connectionString(),
                        "AzureFunctionsJobHost__extensions__queues__messageEncoding",
                        "none",
                        "AzureFunctionsJobHost__extensions__queues__maxPollingInterval",
                        "00:00:00.2",
                        "SAMPLE_GATE",
                        gate.toString())));
        host.get("/api/hook");
        return host;
    }
}
