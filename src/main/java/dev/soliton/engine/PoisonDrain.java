package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Fingerprint;
import dev.soliton.instance.Inbox;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InvalidWriteException;
import dev.soliton.instance.MalformedMessageException;
import dev.soliton.instance.PayloadStore;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WorkMessageJson;
import dev.soliton.orchestration.SolitonException;
import java.time.Duration;

/**
 * What becomes of messages that the host has given up on. That is never the end of an instance that was accepted: the
 * message is put again, and again later; and when that does not help either, the instance is told to fail, with the
 * reason.
 *
 * <p>Crash points: what is put is put before the host removes the message that it stands for, so that at worst it is put
 * twice.
 */
public final class PoisonDrain {
    /** How often a message is put again. */
    private static final int CHANCES = 3;

    private static final Duration FIRST_DELAY = Duration.ofMinutes(1);

    private final Storage storage;
    private final PayloadStore texts;
    private final Inbox inbox;

    /**
     * A drain for one process.
     *
     * @param texts where what cannot be read is kept
     */
    public PoisonDrain(Storage storage, PayloadStore texts, Platform platform) {
        this.storage = storage;
        this.texts = texts;
        this.inbox = new Inbox(storage, platform.clock(), platform.ids(), platform.waits());
    }

    /** Whether the instance is told to fail when the host gives the message up once more. */
    static boolean isLastChance(WorkMessage message) {
        return message.givenUp() >= CHANCES;
    }

    /** How long a message stays away that is given up now, and not for the last time. */
    static Duration delay(WorkMessage message) {
        return FIRST_DELAY.multipliedBy(1L << (2 * message.givenUp()));
    }

    /**
     * Sees to a message.
     *
     * @param messageId the queue's name for it
     * @throws StorageException if the storage failed; it is to be delivered again
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
            Duration delay = delay(message);
            storage.queue().put(message.afterFailures(), delay);
            log.warning("message put again", message.key(), "minutes", delay.toMinutes());
        } else {
            try {
                giveUp(message, log);
            } catch (InvalidWriteException foreign) {
                keep(foreign, text, messageId, log);
            }
        }
    }

    /**
     * Keeps a text that is no message, for somebody to look at; to try it again would not help.
     *
     * @param messageId the queue's name for it, as far as is known: whoever wrote the text may have chosen it
     * @throws StorageException if the storage failed; it is to be delivered again
     */
    public void keep(SolitonException foreign, String text, String messageId, InstanceLog log) {
        // A name of Soliton's own, and the same for each delivery of the text.
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
        Inbox.Outcome outcome =
                inbox.deliver(key.instanceId(), inbox.row(key.executionId(), "given-up", new InboxItem.GiveUp(reason)));
        if (outcome != Inbox.Outcome.NO_GATE) {
            log.warning("given up", key, "reason", reason);
        } else if (message.reason() == WorkMessage.Reason.START) {
            // Its row may still come; only who buries it may drop it.
            storage.queue().put(message.afterFailures(), FIRST_DELAY);
        }
    }
}
