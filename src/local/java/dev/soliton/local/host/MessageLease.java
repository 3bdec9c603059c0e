package dev.soliton.local.host;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The invisibility of a message that is being worked on: renewed at half its length, and after a failure at half the
 * interval before, but not below a tenth of the length. A message that somebody else has got is not renewed any more,
 * without a word; the function runs on.
 */
final class MessageLease {

    private final QueueClient queue;
    private final String messageId;
    private final HeldMessages.Note note;
    private final Duration length;
    private final ScheduledExecutorService scheduler;
    private final Console console;
    private String popReceipt;
    private long intervalMillis;
    private boolean ended;
    private @Nullable ScheduledFuture<?> next;

    MessageLease(
            QueueClient queue,
            QueueMessageItem message,
            HeldMessages.Note note,
            Duration length,
            ScheduledExecutorService scheduler,
            Console console) {
        this.queue = queue;
        this.messageId = message.getMessageId();
        this.popReceipt = message.getPopReceipt();
        this.note = note;
        this.length = length;
        this.scheduler = scheduler;
        this.console = console;
        this.intervalMillis = length.toMillis() / 2;
    }

    synchronized void start() {
        next = scheduler.schedule(this::renew, intervalMillis, TimeUnit.MILLISECONDS);
    }

    /** Ends the renewals, waiting for one under way, and returns the receipt that is now good. */
    synchronized String end() {
        ended = true;
        if (next != null) {
            next.cancel(false);
        }
        return popReceipt;
    }

    private synchronized void renew() {
        if (ended) {
            return;
        }
        try {
            popReceipt =
                    queue.updateMessage(messageId, popReceipt, null, length).getPopReceipt();
            note.renewed(popReceipt);
            intervalMillis = length.toMillis() / 2;
        } catch (QueueStorageException e) {
            if (isLost(e)) {
                console.log("Host.Queues", Console.Level.DEBUG, "Message " + messageId + " is no longer this host's.");
                return;
            }
            retrySooner(e);
        } catch (RuntimeException e) { // no answer at all
            retrySooner(e);
        }
        start();
    }

    private void retrySooner(RuntimeException e) {
        intervalMillis = Math.max(intervalMillis / 2, length.toMillis() / 10);
        console.log(
                "Host.Queues", Console.Level.WARNING, "Could not renew message " + messageId + ": " + e.getMessage());
    }

    /** Whether the error says that the message is gone or has been received again since. */
    static boolean isLost(QueueStorageException e) {
        return e.getStatusCode() == 404 || String.valueOf(e.getErrorCode()).equals("PopReceiptMismatch");
    }
}
