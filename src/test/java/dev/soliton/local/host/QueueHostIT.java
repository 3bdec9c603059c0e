package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.PeekedMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import dev.soliton.local.Azurite;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What happens to messages in queues that a host listens to. */
@Tag("full")
final class QueueHostIT {

    private static final Duration FOREVER = Duration.ofSeconds(-1);

    private static Azurite azurite;

    @TempDir
    private Path folder;

    private String queueName = "";
    private StagedSample sample;
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
        queueName = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        queueName = queueName.substring(0, Math.min(40, queueName.length()));
        sample = StagedSample.in(folder.resolve("staged"));
        gate = folder.resolve("gate");
    }

    @Test
    void point09ByDefaultTextThatIsNotBase64GoesToPoisonWithoutAnInvocation() throws Exception {
        sample.queue("Received", "received", queueName);
        QueueClient queue = createQueue();
        QueueClient poison = queue(queueName + "-poison");
        queue.sendMessage("plain text");
        queue.sendMessage(Base64.getEncoder().encodeToString("encoded".getBytes(StandardCharsets.UTF_8)));
        try (RunningHost host = start(Map.of())) {
            host.awaitLine("Message decoding has failed! Check MessageEncoding settings. MessageId=");
            String received = host.awaitLine("RECEIVED encoded count=1");

            assertThat(received).matches(".* inserted=\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00\"");
            assertThat(awaitMessages(poison, 1)).containsExactly("plain text");
            assertThat(awaitMessages(queue, 0)).isEmpty();
            assertThat(host.lines()).noneMatch(line -> line.contains("RECEIVED plain"));
        }
    }

    @Test
    void point10TheQueueIsNotCreatedAndIsFoundOnceItIsThere() throws Exception {
        sample.queue("Received", "received", "%QUEUE%").queue("Unresolved", "received", "%NONE%");
        try (RunningHost host = start(
                Map.of("QUEUE", queueName, "AzureFunctionsJobHost__extensions__queues__messageEncoding", "none"))) {
            host.awaitLine("The 'Unresolved' function is in error: '%NONE%' does not resolve to a value.");
            // It is created by the test alone: create() would fail if the host had done it.
            queue(queueName).create();
            queue(queueName).sendMessage("text");

            host.awaitLine(
                    "Executing 'Functions.Received' (Reason='New queue message detected on '" + queueName + "'.'");
            host.awaitLine("Trigger Details: MessageId: ", "DequeueCount: 1");
            host.awaitLine("RECEIVED text count=1");
        }
    }

    @Test
    void point11RetriesComeAtOnceAndTheLastFailureMovesToPoison() throws Exception {
        sample.queue("Failing", "failing", queueName);
        QueueClient queue = createQueue();
        QueueClient poison = queue(queueName + "-poison");
        queue.sendMessage("doomed");
        try (RunningHost host = start(Map.of("AzureFunctionsJobHost__extensions__queues__messageEncoding", "none"))) {
            host.awaitLine(
                    "Message has reached MaxDequeueCount of 5. Moving message to queue '" + queueName + "-poison'.");

            assertThat(awaitMessages(poison, 1)).containsExactly("doomed");
            assertThat(awaitMessages(queue, 0)).isEmpty();
            assertThat(host.lines().stream().filter(line -> line.startsWith("FAILING")))
                    .containsExactly(
                            "FAILING doomed count=1",
                            "FAILING doomed count=2",
                            "FAILING doomed count=3",
                            "FAILING doomed count=4",
                            "FAILING doomed count=5");
        }
    }

    @Test
    void aPoisonQueueWithAListenerHasNoPoisonQueueOfItsOwn() throws Exception {
        sample.queue("Failing", "failing", queueName).queue("Poison", "failing", queueName + "-poison");
        createQueue().sendMessage("doomed");
        Map<String, String> settings = Map.of(
                "AzureFunctionsJobHost__extensions__queues__messageEncoding", "none",
                "AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "1");
        try (RunningHost host = start(settings)) {
            host.awaitLines(2, line -> line.equals("FAILING doomed count=1"));
            host.awaitLine("Executed 'Functions.Poison' (Failed");

            assertThat(awaitMessages(queue(queueName), 0)).isEmpty();
            assertThat(queue(queueName + "-poison").getProperties().getApproximateMessagesCountLong())
                    .isEqualTo(1);
        }
    }

    @Test
    void aMessageThatFailsInThePoisonQueueComesBackAtTheEndOfItsLease() throws Exception {
        sample.queue("Poison", "failing", queueName + "-poison");
        QueueClient poison = queue(queueName + "-poison");
        poison.create();
        poison.sendMessage("doomed");
        try (RunningHost host = RunningHost.start(HostProcess.Options.of(sample.root())
                .messageLease(Duration.ofSeconds(2))
                .environment(Map.of(
                        "AzureWebJobsStorage", azurite.connectionString(),
                        "AzureFunctionsJobHost__extensions__queues__messageEncoding", "none",
                        "AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "2")))) {
            // Its second failure is the last that counts: from then on it is tried once in each lease, for ever.
            host.awaitLine("FAILING doomed count=4");

            assertThat(host.lines()).noneMatch(line -> line.contains("Moving message to queue"));
            assertThat(count(poison)).isEqualTo(1);
        }
    }

    @Test
    void point13MessagesRunInParallelUpToABatchAndTheThreshold() throws Exception {
        sample.queue("Gated", "gatedMessage", queueName);
        QueueClient queue = createQueue();
        for (int i = 0; i < 7; i++) {
            queue.sendMessage("m" + i);
        }
        Map<String, String> settings = new HashMap<>(Map.of(
                "AzureFunctionsJobHost__extensions__queues__messageEncoding", "none",
                "AzureFunctionsJobHost__extensions__queues__batchSize", "2",
                "AzureFunctionsJobHost__extensions__queues__newBatchThreshold", "2",
                "SAMPLE_GATE", gate.toString()));
        try (RunningHost host = start(settings)) {
            host.awaitLine("GATE ", "waiting=4");
            Files.createFile(gate);
            host.awaitLines(7, line -> line.startsWith("DONE m"));

            Pattern waiting = Pattern.compile("GATE .* waiting=(\\d+)");
            assertThat(host.lines().stream()
                            .map(waiting::matcher)
                            .filter(Matcher::matches)
                            .mapToInt(matcher -> Integer.parseInt(matcher.group(1))))
                    .allMatch(count -> count <= 4);
        }
    }

    @Test
    void point18aALeaseIsRenewedWhileTheFunctionRuns() throws Exception {
        sample.queue("Gated", "gatedMessage", queueName);
        QueueClient queue = createQueue();
        queue.sendMessage("long");
        // By the storage's clock this comes when the first lease would have ended twice.
        queue.sendMessageWithResponse("later", Duration.ofSeconds(13), FOREVER, null, Context.NONE);
        try (RunningHost host = startGated(Duration.ofSeconds(6))) {
            host.awaitLine("GATE later count=1");
            Files.createFile(gate);
            host.awaitLine("DONE long");

            assertThat(awaitMessages(queue, 0)).isEmpty();
            assertThat(host.lines()).noneMatch(line -> line.startsWith("GATE long count=2"));
        }
    }

    @Test
    void point18bAfterACrashTheMessageComesBackAtTheEndOfItsLease() throws Exception {
        sample.queue("Gated", "gatedMessage", queueName);
        QueueClient queue = createQueue();
        queue.sendMessage("long");
        try (RunningHost host = startGated(Duration.ofSeconds(3))) {
            host.awaitLine("GATE long count=1");
            host.process().kill();
        }
        try (RunningHost host = startGated(Duration.ofSeconds(3))) {
            host.awaitLine("GATE long count=2");
            Files.createFile(gate);
            host.awaitLine("DONE long");

            assertThat(awaitMessages(queue, 0)).isEmpty();
        }
    }

    @Test
    void aTimedOutMessageIsReleasedBeforeTheJvmGoes() throws Exception {
        sample.queue("Gated", "gatedMessage", queueName);
        createQueue().sendMessage("long");
        Map<String, String> settings = Map.of(
                "AzureFunctionsJobHost__extensions__queues__messageEncoding", "none",
                "AzureFunctionsJobHost__functionTimeout", "00:00:03",
                "SAMPLE_GATE", gate.toString());
        // With the real lease: only a release brings the message back in the time of a test.
        try (RunningHost host = start(settings)) {
            host.awaitLine("Restarting the local host");
            Files.createFile(gate);
            host.awaitLine("DONE long");
            assertThat(host.lines()).anyMatch(line -> line.startsWith("GATE long count=2"));
        }
    }

    @Test
    void aStopWaitsForMessagesUnderWay() throws Exception {
        sample.queue("Gated", "gatedMessage", queueName);
        QueueClient queue = createQueue();
        queue.sendMessage("long");
        try (RunningHost host = startGated(Duration.ofMinutes(10))) {
            host.awaitLine("GATE long count=1");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(host.process()::stop);
            host.awaitLine("Draining.");
            Files.createFile(gate);
            stopped.get(90, TimeUnit.SECONDS);

            host.awaitLine("Executed 'Functions.Gated' (Succeeded");
            assertThat(awaitMessages(queue, 0)).isEmpty();
        }
    }

    private RunningHost startGated(Duration lease) throws Exception {
        return RunningHost.start(HostProcess.Options.of(sample.root())
                .messageLease(lease)
                .environment(Map.of(
                        "AzureWebJobsStorage", azurite.connectionString(),
                        "AzureFunctionsJobHost__extensions__queues__messageEncoding", "none",
                        "SAMPLE_GATE", gate.toString())));
    }

    private RunningHost start(Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("AzureWebJobsStorage", azurite.connectionString());
        return RunningHost.start(HostProcess.Options.of(sample.root()).environment(environment));
    }

    private QueueClient createQueue() {
        QueueClient queue = queue(queueName);
        queue.create();
        return queue;
    }

    private static QueueClient queue(String name) {
        return StorageClients.queue(azurite.connectionString(), name);
    }

    /** Waits until the queue is there and has so many messages, hidden ones too; returns the texts of those to be seen. */
    private static List<String> awaitMessages(QueueClient queue, int count) throws InterruptedException {
        Eventually.isTrue(() -> count(queue) == count);
        return queue.peekMessages(32, null, Context.NONE).stream()
                .map(PeekedMessageItem::getBody)
                .map(BinaryData::toString)
                .toList();
    }

    private static long count(QueueClient queue) {
        try {
            return queue.getProperties().getApproximateMessagesCountLong();
        } catch (QueueStorageException e) {
            return -1;
        }
    }
}
