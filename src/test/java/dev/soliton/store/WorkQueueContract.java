package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every work queue does. */
public abstract class WorkQueueContract {
    private static final WorkMessage FIRST = message("first");
    private static final WorkMessage SECOND = message("second");

    @SuppressWarnings("NullAway.Init")
    private Tested tested;

    /** A queue, and the end that messages come out of. */
    protected interface Tested {
        WorkQueue queue();

        /** Receives so many messages, as soon as they are there, and deletes them. */
        List<WorkMessage> receive(int messages);

        /** Whether a message could be received now. */
        boolean isAnyVisible();

        /** Receives a message and does not delete it, and lets it appear again. */
        void receiveAndFail();

        /** Lets time pass, if time has to be told to. */
        void elapse(Duration time);
    }

    /** An empty queue. */
    protected abstract Tested emptyQueue();

    @BeforeEach
    void setUp() {
        tested = emptyQueue();
    }

    static Stream<WorkMessage> messages() {
        return Stream.of("order-1", "'", "<&>", "]]>", "\"", "%20", "+", " a ", "ä", "日本語", "😀".repeat(128), "\uffff")
                .flatMap(id -> Stream.of(
                        WorkMessage.start(id, "e", WorkMessage.Base.NO_ROW).again(),
                        WorkMessage.start(id, "e", new WorkMessage.Base("W/\"datetime'2026'\"")),
                        new WorkMessage(id, "e", WorkMessage.Reason.START, null, null, 7, 2),
                        WorkMessage.wake(id, "e", new WorkMessage.Base("x")),
                        WorkMessage.timer(
                                id, "e", Instant.parse("2026-11-22T20:00:00.1Z"), new WorkMessage.Base("W/\"1\""))));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void deliversWhatWasPut(WorkMessage message) {
        tested.queue().put(message, Duration.ZERO);
        assertThat(tested.receive(1)).containsExactly(message);
        assertThat(tested.isAnyVisible()).isFalse();
    }

    @Test
    void deliversEachMessage() {
        tested.queue().put(FIRST, Duration.ZERO);
        tested.queue().put(SECOND, Duration.ZERO);
        tested.queue().put(FIRST, Duration.ZERO);
        assertThat(tested.receive(3)).containsExactlyInAnyOrder(FIRST, SECOND, FIRST);
    }

    @Test
    void deliversNoMessageBeforeItsDelay() {
        tested.queue().put(FIRST, Duration.ofHours(1));
        tested.queue().put(SECOND, Duration.ofDays(7));
        assertThat(tested.isAnyVisible()).isFalse();
    }

    @Test
    void deliversAMessageAfterItsDelay() {
        tested.queue().put(FIRST, Duration.ofMillis(1_001));
        tested.elapse(Duration.ofSeconds(2));
        assertThat(tested.receive(1)).containsExactly(FIRST);
    }

    @Test
    void refusesDelaysThatCannotBe() {
        for (Duration delay :
                List.of(Duration.ofNanos(-1), Duration.ofDays(7).plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatIllegalArgumentException().isThrownBy(() -> tested.queue().put(FIRST, delay));
        }
        assertThat(tested.isAnyVisible()).isFalse();
    }

    @Test
    void takesBackAMessageThatNobodyReceived() {
        WorkQueue.MessageReceipt receipt = tested.queue().put(FIRST, Duration.ZERO);
        tested.queue().put(SECOND, Duration.ZERO);
        tested.queue().takeBack(receipt);
        tested.queue().takeBack(receipt);
        assertThat(tested.receive(1)).containsExactly(SECOND);
        assertThat(tested.isAnyVisible()).isFalse();
    }

    @Test
    void takesBackADelayedMessage() {
        WorkQueue.MessageReceipt receipt = tested.queue().put(FIRST, Duration.ofSeconds(1));
        tested.queue().put(SECOND, Duration.ofSeconds(1));
        tested.queue().takeBack(receipt);
        tested.elapse(Duration.ofSeconds(1));
        assertThat(tested.receive(1)).containsExactly(SECOND);
        assertThat(tested.isAnyVisible()).isFalse();
    }

    @Test
    void leavesAMessageThatSomebodyReceived() {
        WorkQueue.MessageReceipt receipt = tested.queue().put(FIRST, Duration.ZERO);
        tested.receiveAndFail();
        tested.queue().takeBack(receipt);
        assertThat(tested.receive(1)).containsExactly(FIRST);
    }

    @Test
    void takesBackNothingFromAnEmptyQueue() {
        WorkQueue.MessageReceipt receipt = tested.queue().put(FIRST, Duration.ZERO);
        tested.receive(1);
        tested.queue().takeBack(receipt);
        assertThat(tested.isAnyVisible()).isFalse();
    }

    private static WorkMessage message(String id) {
        return WorkMessage.start(id, "e-" + id, WorkMessage.Base.NO_ROW);
    }
}
