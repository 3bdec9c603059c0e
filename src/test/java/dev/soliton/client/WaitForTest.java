package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.Registry;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Waiting for the end of an instance, by a clock that only goes on while somebody waits. */
final class WaitForTest {
    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    @Test
    void instanceThatHasEndedIsShownAtOnce() throws Exception {
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(client.waitFor("x", Duration.ZERO)).isInstanceOfSatisfying(WaitOutcome.Ended.class, ended -> {
            assertThat(ended.instance().status()).isEqualTo(RuntimeStatus.COMPLETED);
            assertThat(ended.instance().input()).isEqualTo("\"input\"");
            assertThat(ended.instance().output()).isEqualTo("\"output\"");
        });
        assertThat(hub.pauses).isEmpty();
    }

    @Test
    void instanceThatEndsMeanwhileIsShown() throws Exception {
        hub.begin("x", "e1");
        hub.onPause(() -> {
            if (hub.pauses.size() == 3) {
                hub.become("x", RuntimeStatus.FAILED);
            }
        });
        assertThat(client.waitFor("x", Duration.ofMinutes(1), Duration.ofSeconds(2)))
                .isInstanceOf(WaitOutcome.Ended.class);
        assertThat(hub.pauses).containsExactly(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Test
    void timeoutIsReportedAfterALastRead() throws Exception {
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.SUSPENDED);
        assertThat(client.waitFor("x", Duration.ofMillis(2_500)))
                .isInstanceOfSatisfying(
                        WaitOutcome.StillGoing.class,
                        going -> assertThat(going.instance().status()).isEqualTo(RuntimeStatus.SUSPENDED));
        assertThat(hub.pauses).extracting(Duration::toMillis).containsExactly(50L, 100L, 200L, 400L, 800L, 950L);
        assertThat(hub.store.calls()).hasSize(7).containsOnly("find");
    }

    @Test
    void pausesAreNeverLongerThanAsked() throws Exception {
        hub.begin("x", "e1");
        client.waitFor("x", Duration.ofMillis(500), Duration.ofMillis(120));
        assertThat(hub.pauses).extracting(Duration::toMillis).containsExactly(50L, 100L, 120L, 120L, 110L);
    }

    /** Its clock stands still: without a notice it would wait for ever. */
    @Test
    void endInThisProcessEndsThePause() throws Exception {
        hub.begin("x", "e1");
        EndNotices notices = new EndNotices();
        CountDownLatch reads = new CountDownLatch(1);
        Waits standingStill = new Waits() {
            @Override
            public Duration elapsed() {
                return Duration.ZERO;
            }

            @Override
            public void pause(Duration time) {
                throw new AssertionError("It is notified.");
            }

            @Override
            public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws InterruptedException {
                reads.countDown();
                return queue.take();
            }
        };
        OrchestrationClient waiting = new OrchestrationClient(
                hub.storage, hub.catalog, new Registry(), hub.clock, () -> "id", standingStill, notices);
        CompletableFuture<WaitOutcome> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                return waiting.waitFor("x", Duration.ofMinutes(1));
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        });
        reads.await();
        notices.ended("another");
        hub.become("x", RuntimeStatus.COMPLETED);
        notices.ended("x");
        assertThat(outcome.get()).isInstanceOf(WaitOutcome.Ended.class);
        assertThat(notices.size()).isZero();
    }

    @Test
    void instanceThatIsNotThereOrGoesAwayIsNotFound() throws Exception {
        assertThat(client.waitFor("x", Duration.ofMinutes(1))).isEqualTo(new WaitOutcome.NotFound());
        hub.begin("x", "e1");
        hub.onPause(() -> hub.rows.purge("x"));
        assertThat(client.waitFor("x", Duration.ofMinutes(1))).isEqualTo(new WaitOutcome.NotFound());
    }

    @Test
    void timesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> client.waitFor("x", Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.waitFor("x", Duration.ofSeconds(1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.waitFor("a/b", Duration.ofSeconds(1)))
                .isInstanceOf(InvalidInstanceIdException.class);
    }
}
