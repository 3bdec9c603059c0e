package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InMemoryWorkQueueTest extends WorkQueueContract {
    private static final Instant START = Instant.parse("2026-11-22T20:00:00Z");
    private static final WorkMessage MESSAGE = WorkMessage.start("a", "e", WorkMessage.Base.NO_ROW);

    private final SettableClock clock = new SettableClock(START);
    private final InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);

    @Override
    protected Tested emptyQueue() {
        return new Tested() {
            @Override
            public WorkQueue queue() {
                return queue;
            }

            @Override
            public List<WorkMessage> receive(int messages) {
                return IntStream.range(0, messages)
                        .mapToObj(i -> queue.receive().orElseThrow())
                        .filter(queue::delete)
                        .map(InMemoryWorkQueue.Delivery::message)
                        .toList();
            }

            @Override
            public boolean isAnyVisible() {
                return queue.nextVisibleAt()
                        .filter(time -> !time.isAfter(clock.instant()))
                        .isPresent();
            }

            @Override
            public void receiveAndFail() {
                queue.redeliver(queue.receive().orElseThrow(), Duration.ZERO);
            }

            @Override
            public void elapse(Duration time) {
                clock.advance(time);
            }
        };
    }

    @Test
    void roundsDelaysUpToSeconds() {
        queue.put(MESSAGE, Duration.ofMillis(1));
        assertThat(queue.nextVisibleAt()).contains(START.plusSeconds(1));
    }

    @Test
    void hidesAReceivedMessageForTheLease() {
        queue.put(MESSAGE, Duration.ZERO);
        assertThat(queue.receive().orElseThrow().dequeueCount()).isEqualTo(1);
        assertThat(queue.receive()).isEmpty();
        clock.advance(InMemoryWorkQueue.LEASE);
        assertThat(queue.receive().orElseThrow().dequeueCount()).isEqualTo(2);
    }

    @Test
    void letsOnlyTheLastReceiverDelete() {
        queue.put(MESSAGE, Duration.ZERO);
        InMemoryWorkQueue.Delivery first = queue.receive().orElseThrow();
        clock.advance(InMemoryWorkQueue.LEASE);
        InMemoryWorkQueue.Delivery second = queue.receive().orElseThrow();
        assertThat(queue.delete(first)).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> queue.redeliver(first, Duration.ZERO));
        assertThat(queue.messages()).containsExactly(MESSAGE);
        assertThat(queue.delete(second)).isTrue();
        assertThat(queue.messages()).isEmpty();
    }
}
