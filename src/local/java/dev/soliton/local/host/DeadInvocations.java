package dev.soliton.local.host;

import com.azure.storage.queue.QueueClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a host does that lives when its Java dies: the invocations that ran in it have failed, and their messages go the way of
 * those whose function threw, while the next Java is already being started.
 */
final class DeadInvocations {

    private static final int THREADS = 8;

    /** As long as a host that ends waits for what it has under way. */
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final StagedCopy copy;
    private final Console console;
    private final BooleanSupplier hostIsGone;
    private final List<CompletableFuture<?>> underWay = new ArrayList<>();

    /**
     * For one host.
     *
     * @param output takes lines
     * @param hostIsGone whether nobody is there to give anything back any more
     */
    DeadInvocations(StagedCopy copy, Consumer<String> output, BooleanSupplier hostIsGone) {
        this.copy = copy;
        this.console = new Console(output, false, Clock.systemUTC());
        this.hostIsGone = hostIsGone;
    }

    /** Begins to fail the messages that a Java held which is dead, and returns soon. */
    void fail(AppSettings settings) throws IOException {
        List<HeldMessages.Held> messages = HeldMessages.take(copy.held());
        if (messages.isEmpty() || hostIsGone.getAsBoolean()) {
            return;
        }
        HostJson.Queues options = HostJson.read(copy.root(), settings).queues();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, DeadInvocations::daemon);
        Map<String, List<HeldMessages.Held>> byFunction =
                messages.stream().collect(Collectors.groupingBy(HeldMessages.Held::function));
        byFunction.forEach((function, held) -> {
            console.log(
                    "Function." + function,
                    Console.Level.ERROR,
                    held.size() + (held.size() == 1 ? " message" : " messages") + " of '" + function
                            + "' failed, as Java has died. What may be tried again comes again after "
                            + TimeSpans.format(options.visibilityTimeout()) + ".");
            HeldMessages.Held first = held.get(0);
            String storage = settings.connectionString(first.connection());
            QueueClient queue = StorageClients.queue(storage, first.queue());
            FailedMessages failures = new FailedMessages(
                    function, queue, PoisonQueue.of(storage, first.queue(), name -> {}), options, console);
            held.forEach(
                    message -> underWay.add(CompletableFuture.runAsync(() -> failOne(failures, message), threads)));
        });
        threads.shutdown();
    }

    private void failOne(FailedMessages failures, HeldMessages.Held message) {
        if (hostIsGone.getAsBoolean()) {
            return;
        }
        try {
            failures.failed(message.id(), message.popReceipt(), message.dequeueCount(), message.text());
        } catch (RuntimeException e) {
            // It comes back when its lease ends.
            console.error("Host.Queues", "Message " + message.id() + " of '" + message.function() + "'.", e);
        }
    }

    /** Waits, for 40 s at most, until the messages of all deaths are given back. */
    void await() {
        try {
            CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new))
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            console.error("Host.Queues", "Not all messages could be given back.", e);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "dead-invocations");
        thread.setDaemon(true);
        return thread;
    }
}
