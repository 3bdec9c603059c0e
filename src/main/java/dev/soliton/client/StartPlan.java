package dev.soliton.client;

import dev.soliton.client.StartOutcome.KeyReused;
import dev.soliton.store.Fingerprint;
import dev.soliton.store.Receipt;
import dev.soliton.store.Receipt.Reply;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A start that is under way.
 *
 * @param name the orchestrator's name
 * @param instanceId the ID
 * @param isFresh whether no instance can have the ID yet
 * @param input the input as JSON; null for none
 * @param options the options of the start
 * @param event the event that is raised with the start; null for none
 */
record StartPlan(
        String name,
        String instanceId,
        boolean isFresh,
        @Nullable String input,
        StartOptions options,
        @Nullable FirstEvent event) {

    /**
     * An event that is raised with the start.
     *
     * @param eventId identifies the event; null for an event without an ID
     */
    record FirstEvent(String name, @Nullable String input, @Nullable String eventId) {}

    /** The ID for a start that names none: a repetition under its key gets the same. */
    static String idOf(String name, String idempotencyKey) {
        return uuid("start", name, idempotencyKey);
    }

    /** The new ID for a restart, derived from the ID of the instance that is started again. */
    static String idOfRestart(String instanceId, String idempotencyKey) {
        return uuid("restart", instanceId, idempotencyKey);
    }

    /** The key of a restart, which differs from each key of a start of the same ID. */
    static @Nullable String keyOfRestart(@Nullable String idempotencyKey) {
        return idempotencyKey == null ? null : Fingerprint.of("restart\n" + idempotencyKey);
    }

    /**
     * A UUID of version 8, from a SHA-256. A key has no line break, so two pairs of name and key never make the same
     * text.
     */
    private static String uuid(String kind, String name, String key) {
        byte[] hash = HexFormat.of().parseHex(Fingerprint.of(kind + "\n" + name + "\n" + key));
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        long most = (bytes.getLong() & ~0xF000L) | 0x8000L;
        long least = (bytes.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(most, least).toString();
    }

    /** When a delayed instance begins, in the precision of the storage. */
    static @Nullable Instant begins(@Nullable Instant startAt, Instant now) {
        if (startAt == null || !startAt.isAfter(now)) {
            return null;
        }
        return startAt.plusNanos(999).truncatedTo(ChronoUnit.MICROS);
    }

    /** The key of the receipt of this start; null if it has no idempotency key. */
    @Nullable
    String receiptKey() {
        String key = options.idempotencyKey();
        return key == null ? null : Receipt.startKey(key);
    }

    /** The receipt for this start; empty if it has no idempotency key. */
    Optional<Receipt> receiptOf(StartOutcome.Accepted outcome) {
        String key = receiptKey();
        return key == null
                ? Optional.empty()
                : Optional.of(
                        new Receipt(instanceId, key, outcome.executionId(), new Reply(fingerprint(), outcome.label())));
    }

    /** The answer that a start under the same key got. */
    StartOutcome repeated(Receipt receipt) {
        Reply reply = receipt.reply();
        if (reply == null || !reply.request().equals(fingerprint())) {
            return new KeyReused(instanceId);
        }
        return StartOutcome.Accepted.of(reply.outcome(), instanceId, receipt.executionId());
    }

    private String fingerprint() {
        String text = name + "\n" + input;
        return Fingerprint.of(event == null ? text : text + "\n" + event.name() + "\n" + event.input());
    }
}
