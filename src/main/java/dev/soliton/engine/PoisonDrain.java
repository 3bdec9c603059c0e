package dev.soliton.engine;

import dev.soliton.client.InboxWriter;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.Requeues;
import dev.soliton.orchestration.SolitonException;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Fingerprint;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InvalidWriteException;
import dev.soliton.store.MalformedMessageException;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import java.time.Duration;

/**
 * Handles messages that the host has given up. An accepted instance never ends because of that: the drain puts the
 * message again, and again later. If that does not help either, it asks the instance to fail, with the reason.
 *
 * <p>Crash points: the drain puts a message before the host removes the one that it stands for, so that at worst there
 * are two.
 */
public final class PoisonDrain {
    /** How often the drain puts a message again. */
    private static final int CHANCES = 3;

    private final Storage storage;
    private final PayloadStore texts;
    private final InboxWriter inboxWriter;

    /**
     * A drain for one process.
     *
     * @param texts keeps the texts that cannot be parsed
     */
    public PoisonDrain(Storage storage, PayloadStore texts, TimeAndIds timeAndIds) {
        this.storage = storage;
        this.texts = texts;
        this.inboxWriter = new InboxWriter(storage, timeAndIds.clock(), timeAndIds.ids(), timeAndIds.waits());
    }

    /** Whether the instance is asked to fail when the host gives the message up once more. */
    static boolean isLastChance(WorkMessage message) {
        return message.givenUp() >= CHANCES;
    }

    /**
     * Handles a message.
     *
     * @param messageId the queue's name for it
     * @throws StorageException if the storage failed; the message is to be delivered again
     */
    public void drain(String text, String messageId, InstanceLog log) {
        WorkMessage message;
        try {
            message = WorkMessageJson.parse(text);
        } catch (MalformedMessageException foreign) {
            keep(foreign, text, messageId, log);
            return;
        }
        if (message.givenUp() < CHANCES) {
            Duration delay = Requeues.delayAfterGivenUp(message);
            storage.queue().put(message.afterFailures(), delay);
            log.warning("message requeued", message.key(), "minutes", delay.toMinutes());
        } else {
            try {
                giveUp(message, log);
            } catch (InvalidWriteException foreign) {
                keep(foreign, text, messageId, log);
            }
        }
    }

    /**
     * Keeps a text that is no message, for a person to read; another try would not help.
     *
     * @param messageId the queue's name for it, as far as is known: the author of the text may have chosen it
     * @throws StorageException if the storage failed; the text is to be delivered again
     */
    public void keep(SolitonException foreign, String text, String messageId, InstanceLog log) {
        // The name is Soliton's own, and the same for each delivery of the text.
        String name = "unreadable/" + Fingerprint.of(text).substring(0, 32) + ".txt";
        texts.put(name, text);
        log.warning(
                "message kept",
                new ExecutionKey("?", "?", 0),
                "why",
                String.valueOf(foreign.getMessage()),
                "as",
                name,
                "messageId",
                messageId);
    }

    private void giveUp(WorkMessage message, InstanceLog log) {
        ExecutionKey key = message.key();
        String reason = "Its messages failed again and again, " + (CHANCES + 1)
                + " times as often as the host tries one. The app's log says why.";
        InboxWriter.Outcome outcome = inboxWriter.deliver(
                key.instanceId(), inboxWriter.row(key.executionId(), "given-up", new InboxItem.GiveUp(reason)));
        if (outcome != InboxWriter.Outcome.NO_GATE) {
            log.warning("given up", key, "reason", reason);
        } else if (message.reason() == WorkMessage.Reason.START) {
            // Its row may still arrive. Only a worker that writes a tombstone may drop the message.
            storage.queue().put(message.afterFailures(), Requeues.FIRST_DELAY_AFTER_GIVEN_UP);
        }
    }
}
