package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import dev.soliton.local.Azurite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of the messages that Java had under way when it died and its host lives: they have failed, like those of a
 * function that threw. All with the real lease of ten minutes, so that only the host can bring them back in the time of a test.
 */
@Tag("full")
final class DeadJavaIT {

    private static final Map<String, String> PLAIN_TEXT =
            Map.of("AzureFunctionsJobHost__extensions__queues__messageEncoding", "none");

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
        queue = queue(name.substring(0, Math.min(50, name.length())));
        queue.create();
        sample = StagedSample.in(folder.resolve("staged")).queue("Gated", "gatedMessage", queue.getQueueName());
        gate = folder.resolve("gate");
    }

    @Test
    void messageUnderWayIsTriedAgainByTheNextJava() throws Exception {
        queue.sendMessage("one");
        queue.sendMessage("two");
        try (RunningHost host = start(PLAIN_TEXT)) {
            host.awaitLine("GATE one count=1");
            host.awaitLine("GATE two count=1");
            killJava(host);

            host.awaitLine("GATE one count=2");
            host.awaitLine("GATE two count=2");
            Files.createFile(gate);
            host.awaitLine("DONE one");
            host.awaitLine("DONE two");
            Eventually.isTrue(() -> count(queue) == 0);
        }
    }

    @Test
    void messageOfADeadJavaStaysHiddenForTheTimeOfFailedMessages() throws Exception {
        queue.sendMessage("later");
        Map<String, String> settings = new HashMap<>(PLAIN_TEXT);
        settings.put("AzureFunctionsJobHost__extensions__queues__visibilityTimeout", "00:05:00");
        try (RunningHost host = start(settings)) {
            host.awaitLine("GATE later count=1");
            killJava(host);

            host.awaitLine("1 message of 'Gated'", "comes again after 00:05:00");
            assertThat(receive()).isEmpty();
            assertThat(count(queue)).isEqualTo(1);
        }
    }

    @Test
    void lastAttemptOfADeadJavaMovesTheMessageToThePoisonQueue() throws Exception {
        queue.sendMessage("doomed");
        Map<String, String> settings = new HashMap<>(PLAIN_TEXT);
        settings.put("AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "2");
        try (RunningHost host = start(settings)) {
            host.awaitLine("GATE doomed count=1");
            killJava(host);
            host.awaitLine("GATE doomed count=2");
            killJava(host);

            host.awaitLine("Message has reached MaxDequeueCount of 2. Moving message to queue ");
            QueueClient poison = queue(queue.getQueueName() + "-poison");
            Eventually.isTrue(() -> count(poison) == 1 && count(queue) == 0);
            assertThat(poison.peekMessage().getBody().toString()).isEqualTo("doomed");
        }
    }

    @Test
    void aHostThatEndsWithTheThirdDeathHasGivenBackWhatItHeld() throws Exception {
        queue.sendMessage("held");
        try (RunningHost host = start(PLAIN_TEXT)) {
            for (int death = 1; death <= 3; death++) {
                host.awaitLine("GATE held count=" + death);
                killJava(host);
            }
            host.process().onExit().get(90, TimeUnit.SECONDS);

            assertThat(receive()).singleElement().satisfies(message -> assertThat(message.getDequeueCount())
                    .isEqualTo(4));
        }
    }

    @Test
    void messageOfAJavaThatDiesWithItsHostStaysHidden() throws Exception {
        queue.sendMessage("held");
        try (RunningHost host = start(PLAIN_TEXT)) {
            host.awaitLine("GATE held count=1");
            host.process().kill();

            assertThat(receive()).isEmpty();
            assertThat(count(queue)).isEqualTo(1);
        }
    }

    private static void killJava(RunningHost host) {
        ProcessHandle java = ProcessHandle.of(host.process().pid()).orElseThrow();
        java.destroyForcibly();
        java.onExit().join();
    }

    private RunningHost start(Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("AzureWebJobsStorage", azurite.connectionString());
        environment.put("SAMPLE_GATE", gate.toString());
        return RunningHost.start(HostProcess.Options.of(sample.root()).environment(environment));
    }

    private List<QueueMessageItem> receive() {
        return queue.receiveMessages(32, Duration.ofMinutes(1), null, Context.NONE).stream()
                .toList();
    }

    private static QueueClient queue(String name) {
        return StorageClients.queue(azurite.connectionString(), name);
    }

    private static long count(QueueClient queue) {
        try {
            return queue.getProperties().getApproximateMessagesCountLong();
        } catch (QueueStorageException notThere) {
            return -1;
        }
    }
}
