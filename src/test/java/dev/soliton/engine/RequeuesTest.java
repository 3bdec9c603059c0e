package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.SharingLimits;
import dev.soliton.engine.turn.MessageSlots;
import dev.soliton.engine.turn.Requeues;
import dev.soliton.local.ProjectRoot;
import dev.soliton.store.InMemoryWorkQueue.Delivery;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is put in the place of messages that were answered before their turns had failed. */
final class RequeuesTest {
    private static final Path HOST_JSON = ProjectRoot.find().resolve("host.json");

    private static final WorkMessage MESSAGE = WorkMessage.wake("job", "execution", null);

    private final EngineFixture hub = new EngineFixture();
    private final EngineServices services =
            hub.services(new EngineLimits(1_000, Duration.ofDays(1), Duration.ofMinutes(10)));
    private final List<Duration> delays = new ArrayList<>();

    @AfterEach
    void close() {
        hub.close();
    }

    /** What comes in the place of a message. */
    private WorkMessage after(Throwable failure, WorkMessage message) {
        MessageSlots.Slot slot = new MessageSlots(SharingLimits.DEFAULT).enter(Duration.ZERO, null);
        Instant before = hub.clock.instant();
        Requeues.requeueInPlace(services, message, failure, slot);
        assertThat(slot.isReplaced()).isTrue();
        delays.add(Duration.between(before, hub.queue.nextVisibleAt().orElseThrow()));
        hub.clock.advance(delays.get(delays.size() - 1));
        Delivery delivery = hub.queue.receive().orElseThrow();
        hub.queue.delete(delivery);
        return WorkMessageJson.parse(WorkMessageJson.write(delivery.message()));
    }

    /** What host.json says of the host's queues. */
    private static JsonNode queuesOfTheHost() throws IOException {
        return new ObjectMapper().readTree(Files.readString(HOST_JSON)).at("/extensions/queues");
    }

    @Test
    void detachedTurnThatFailsIsRetriedAsOftenAsTheHostRetries() throws IOException {
        int tries = queuesOfTheHost().get("maxDequeueCount").asInt();
        LocalTime hidden =
                LocalTime.parse(queuesOfTheHost().get("visibilityTimeout").asText());
        Duration pause = Duration.between(LocalTime.MIN, hidden);
        assertThat(tries).isPositive();
        List<Duration> expected = new ArrayList<>();
        WorkMessage message = MESSAGE;
        for (int round = 0; round < 3; round++) {
            expected.addAll(Collections.nCopies(tries - 1, pause));
            expected.add(Duration.ofMinutes(1L << (2 * round)));
            for (int failed = 0; failed < tries; failed++) {
                assertThat(message.givenUp())
                        .as("after %s tries of %s", failed, tries)
                        .isEqualTo(round);
                message = after(new IllegalStateException("a bug"), message);
            }
        }
        assertThat(delays).isEqualTo(expected);
        // From now on it keeps its message, and the host counts.
        assertThat(PoisonDrain.isLastChance(message)).isTrue();
    }

    @Test
    void failureOfTheStorageCountsForNoRetry() {
        WorkMessage failed = after(new IllegalStateException("a bug"), MESSAGE);
        WorkMessage again = after(new StorageException("no answer", null), failed);
        assertThat(again.failures()).isEqualTo(1);
        assertThat(again.givenUp()).isZero();
        assertThat(again.attempt()).isEqualTo(1);
    }

    @Test
    void messageThatTheHostGivesUpIsCountedFromTheStart() {
        assertThat(MESSAGE.afterFailure().afterFailures().failures()).isZero();
    }
}
