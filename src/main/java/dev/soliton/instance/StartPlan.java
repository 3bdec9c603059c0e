package dev.soliton.instance;

import dev.soliton.instance.AnswerRow.Told;
import dev.soliton.instance.StartOutcome.KeyReused;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A start that is being made.
 *
 * @param name the orchestrator's name
 * @param instanceId the ID
 * @param isFresh whether nobody can have the ID yet
 * @param input the input as JSON; null for none
 * @param options how it is to be started
 * @param event what is raised for the instance with its start; null for nothing
 */
record StartPlan(
        String name,
        String instanceId,
        boolean isFresh,
        @Nullable String input,
        StartOptions options,
        @Nullable FirstEvent event) {

    /**
     * An event that comes in with the start.
     *
     * @param eventId tells it from others; null if it is not to be told
     */
    record FirstEvent(String name, @Nullable String input, @Nullable String eventId) {}

    /** The ID that a start without one has: whoever repeats it under its key comes to the same. */
    static String idOf(String name, String idempotencyKey) {
        String text = "start " + name + " " + idempotencyKey;
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** When an instance begins that is not to begin at once; as exact as the storage keeps it. */
    static @Nullable Instant begins(@Nullable Instant startAt, Instant now) {
        if (startAt == null || !startAt.isAfter(now)) {
            return null;
        }
        return startAt.plusNanos(999).truncatedTo(ChronoUnit.MICROS);
    }

    /** What the answer to the start is found by; null if it has no idempotency key. */
    @Nullable
    String answerKey() {
        String key = options.idempotencyKey();
        return key == null ? null : AnswerRow.startKey(key);
    }

    /** The proof that this start was accepted; empty if it has no idempotency key. */
    Optional<AnswerRow> proofOf(StartOutcome.Accepted outcome) {
        String key = answerKey();
        return key == null
                ? Optional.empty()
                : Optional.of(
                        new AnswerRow(instanceId, key, outcome.executionId(), new Told(fingerprint(), outcome.word())));
    }

    /** What a start under the same key was told. */
    StartOutcome repeated(AnswerRow answer) {
        Told told = answer.told();
        if (told == null || !told.request().equals(fingerprint())) {
            return new KeyReused(instanceId);
        }
        return StartOutcome.Accepted.of(told.outcome(), instanceId, answer.executionId());
    }

    private String fingerprint() {
        String text = name + "\n" + input;
        return Fingerprint.of(event == null ? text : text + "\n" + event.name() + "\n" + event.input());
    }
}
