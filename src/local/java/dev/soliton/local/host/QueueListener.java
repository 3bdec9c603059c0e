package dev.soliton.local.host;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Polls one function's queue and starts a run for each message, all those of a batch at once; the next poll is due as soon
 * as no more than newBatchThreshold are under way. The queue is never created here.
 */
final class QueueListener implements Listener {

    private final String function;
    private final QueueClient queue;
    private final HostJson.Queues options;
    private final Duration lease;
    private final PollingDelay delay;
    private final MessageRuns runs;
    private final Executor threads;
    private final InFlight inFlight;
    private final Console console;
    private int underWay;
    private boolean woken;
    private boolean stopping;
    private boolean queueExists;

    /** The way one message goes once it is received. */
    interface MessageRuns {
        /** Takes note of it at once, and returns what is to run. */
        Runnable received(QueueMessageItem message);
    }

    /** What listeners of all queues share. */
    record Shared(HostJson.Queues options, Duration lease, Executor threads, InFlight inFlight, Console console) {}

    QueueListener(String function, QueueClient queue, Shared shared, PollingDelay delay, MessageRuns runs) {
        this.function = function;
        this.queue = queue;
        this.options = shared.options();
        this.lease = shared.lease();
        this.threads = shared.threads();
        this.inFlight = shared.inFlight();
        this.console = shared.console();
        this.delay = delay;
        this.runs = runs;
    }

    @Override
    public void start() {
        threads.execute(this::pollUntilStopped);
    }

    @Override
    public synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    String queueName() {
        return queue.getQueueName();
    }

    /** Ends the wait for the next poll, as this host has put something into the queue. */
    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    private void pollUntilStopped() {
        try {
            while (awaitRoom()) {
                if (startBatch()) {
                    delay.found();
                } else {
                    pause(delay.afterEmptyPoll());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if there was none. A stop waits for this, or it would cut off messages that were just received. */
    private boolean startBatch() {
        inFlight.enter();
        try {
            List<QueueMessageItem> messages = receive();
            List<Runnable> noted = messages.stream().map(runs::received).toList();
            for (int i = 0; i < noted.size(); i++) {
                startRun(messages.get(i), noted.get(i));
            }
            return !messages.isEmpty();
        } finally {
            inFlight.exit();
        }
    }

    /** Waits until another batch may be fetched; false means that none is to be fetched any more. */
    private synchronized boolean awaitRoom() throws InterruptedException {
        while (!stopping && underWay > options.newBatchThreshold()) {
            wait();
        }
        return !stopping;
    }

    private synchronized void pause(Duration length) throws InterruptedException {
        long deadline = System.nanoTime() + length.toNanos();
        long left = length.toMillis();
        while (!stopping && !woken && left > 0) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        woken = false;
    }

    /**
     * The next batch. A queue that is not there yet, or is being deleted, and a service in trouble count as empty. So does
     * no answer at all, which would restart the real host: here that is an emulator being restarted.
     */
    private List<QueueMessageItem> receive() {
        try {
            if (!queueExists) {
                queue.getProperties();
                queueExists = true;
            }
            return queue.receiveMessages(options.batchSize(), lease, null, Context.NONE).stream()
                    .toList();
        } catch (QueueStorageException e) {
            queueExists = false;
            int status = e.getStatusCode();
            if (status != 404 && status != 409 && status < 500) {
                console.error(
                        "Host.Queues", "Listener of '" + function + "' on queue '" + queueName() + "' failed.", e);
            }
            return List.of();
        } catch (RuntimeException e) {
            queueExists = false;
            console.log(
                    "Host.Queues",
                    Console.Level.WARNING,
                    "Queue '" + queueName() + "' of '" + function + "' cannot be reached: " + e.getMessage());
            return List.of();
        }
    }

    private void startRun(QueueMessageItem message, Runnable run) {
        synchronized (this) {
            underWay++;
        }
        inFlight.enter();
        threads.execute(() -> {
            try {
                run.run();
            } catch (RuntimeException e) {
                // The message comes back when its lease ends.
                console.error("Host.Queues", "Message " + message.getMessageId() + " of '" + function + "'.", e);
            } finally {
                synchronized (this) {
                    underWay--;
                    notifyAll();
                }
                inFlight.exit();
            }
        });
    }
}
