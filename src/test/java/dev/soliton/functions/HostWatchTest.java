package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A process whose host is gone hands its work on, and one whose host is there does not for long. */
final class HostWatchTest {
    private Duration now = Duration.ofDays(1);
    private boolean parentIsThere = true;
    private int handedOver;
    private final HostWatch watch = new HostWatch(() -> parentIsThere, new Clock(), () -> handedOver++);

    private final class Clock implements Waits {
        @Override
        public Duration elapsed() {
            return now;
        }

        @Override
        public void pause(Duration time) {
            now = now.plus(time);
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) {
            return queue.poll();
        }
    }

    private void seconds(int count) {
        for (int second = 0; second < count; second++) {
            now = now.plusSeconds(1);
            watch.check();
        }
    }

    @Test
    void hostThatIsThereIsLeftAlone() {
        seconds(100);
        watch.invoked();
        assertThat(handedOver).isZero();
        assertThat(watch.isGone()).isFalse();
    }

    @Test
    void workIsHandedOffWithinASecondOfTheEndOfTheHost() {
        parentIsThere = false;
        seconds(1);
        assertThat(handedOver).isEqualTo(1);
        assertThat(watch.isGone()).isTrue();
    }

    /** What the host had handed over before its end begins a moment later, and is handed on as well. */
    @Test
    void turnThatBeginsJustAfterTheEndOfTheHostIsHandedOffToo() {
        parentIsThere = false;
        seconds(1);
        watch.invoked();
        int before = handedOver;
        seconds(1);
        assertThat(handedOver).isGreaterThan(before);
        assertThat(watch.isGone()).isTrue();
    }

    @Test
    void linesThatTheHostDoesNotTakeSayThatItIsGone() {
        watch.logIsBroken();
        watch.logIsBroken();
        assertThat(handedOver).isEqualTo(1);
        assertThat(watch.isGone()).isTrue();
    }

    @Test
    void invocationThatBeginsLaterShowsThatTheHostIsThere() {
        parentIsThere = false;
        seconds(10);
        watch.invoked();
        int before = handedOver;
        seconds(1_000);
        assertThat(watch.isGone()).isFalse();
        assertThat(handedOver)
                .as("a parent that misled once is not asked again")
                .isEqualTo(before);
        // The log may still say so.
        watch.logIsBroken();
        assertThat(watch.isGone()).isTrue();
    }

    @Test
    void logThatMisledIsBelievedAgainLater() {
        watch.logIsBroken();
        seconds(10);
        watch.invoked();
        watch.logIsBroken();
        assertThat(watch.isGone()).isFalse();
        seconds(300);
        watch.logIsBroken();
        assertThat(watch.isGone()).isTrue();
    }
}
