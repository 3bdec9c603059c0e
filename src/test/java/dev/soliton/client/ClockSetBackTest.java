package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.orchestration.Registry;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A caller waits for as long as it was told, also where somebody sets the clock of the machine back meanwhile. */
final class ClockSetBackTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ClientFixture hub = new ClientFixture();
    private final InstantSource machine = InstantSource.fixed(hub.clock.instant());
    private Duration waited = Duration.ZERO;

    /** Time goes on, and the clock of the machine does not. */
    private final class Waiting implements Waits {
        @Override
        public Duration elapsed() {
            return waited;
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            waited = waited.plus(time);
            if (waited.compareTo(TIMEOUT.multipliedBy(2)) > 0) {
                throw new InterruptedException("It waits for ever.");
            }
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) {
            return queue.poll();
        }
    }

    @Test
    void timeoutOfACallerEnds() throws InterruptedException {
        OrchestrationClient client =
                new OrchestrationClient(hub.storage, hub.catalog, new Registry(), machine, () -> "id", new Waiting());
        hub.begin("x", "e1");
        assertThat(client.waitFor("x", TIMEOUT, Duration.ofSeconds(1))).isInstanceOf(WaitOutcome.StillGoing.class);
        assertThat(waited).isEqualTo(TIMEOUT);
    }
}
