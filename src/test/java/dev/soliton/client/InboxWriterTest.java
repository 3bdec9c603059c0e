package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.InboxItem.ChildEnded;
import dev.soliton.store.InboxItem.Event;
import dev.soliton.store.InboxRow;
import dev.soliton.store.Incarnation;
import dev.soliton.store.Payload;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InboxWriterTest {
    private static final ChildEnded CHILD_ENDED = new ChildEnded(0, 7, new Payload.Inline("1"), null);
    private static final WorkMessage WAKE = WorkMessage.wake("x", "e1", null);

    private final ClientFixture hub = new ClientFixture();

    private InboxWriter.Outcome deliver(InboxRow row) {
        return hub.inboxWriter.deliver("x", row);
    }

    private InboxRow childEnded() {
        return hub.inboxWriter.row("e1", "child-7", CHILD_ENDED);
    }

    @Test
    void deliveryInsertsARowTouchesTheGateAndLeadsToATurn() {
        hub.begin("x", "e1");
        String gate = hub.rows.loadWithoutJournal("x").gate("e1").orElseThrow().etag();
        assertThat(deliver(childEnded())).isEqualTo(InboxWriter.Outcome.DELIVERED);
        assertThat(hub.inboxOf("x")).containsExactly(CHILD_ENDED);
        assertThat(hub.rows.loadWithoutJournal("x").gate("e1").orElseThrow().etag())
                .isNotEqualTo(gate);
        assertThat(hub.queue.messages()).containsExactly(WAKE);
        assertThat(hub.store.calls()).containsExactly("write");
    }

    @Test
    void rowOfAKnownKeyIsNotInsertedAgainButLeadsToATurn() {
        hub.begin("x", "e1");
        deliver(childEnded());
        assertThat(deliver(childEnded())).isEqualTo(InboxWriter.Outcome.ALREADY_THERE);
        assertThat(hub.inboxOf("x")).containsExactly(CHILD_ENDED);
        assertThat(hub.queue.messages()).containsExactly(WAKE, WAKE);
    }

    @Test
    void inboxOfAnEndedExecutionAcceptsNothing() {
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.FAILED);
        assertThat(deliver(childEnded())).isEqualTo(InboxWriter.Outcome.NO_GATE);
        assertThat(hub.inboxOf("x")).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void receiptKeepsOutAnItemThatWasProcessed() {
        hub.begin("x", "e1");
        Receipt receipt = new Receipt("x", "sent|7", "e1");
        InboxRow row = hub.inboxWriter.row("e1", "sent-7", new Event("go", null));
        assertThat(hub.inboxWriter.deliver("x", Incarnation.first("e1"), row, receipt))
                .isEqualTo(InboxWriter.Outcome.DELIVERED);
        hub.takeIn("x");
        assertThat(hub.inboxWriter.deliver("x", Incarnation.first("e1"), row, receipt))
                .isEqualTo(InboxWriter.Outcome.ALREADY_THERE);
        assertThat(hub.inboxOf("x")).isEmpty();
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(hub.inboxWriter.deliver("x", Incarnation.first("e1"), row, receipt))
                .isEqualTo(InboxWriter.Outcome.ALREADY_THERE);
    }

    @Test
    void itemThatMayArriveTwiceIsSentAgainUntilItIsThere() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.LOST_REQUEST, Fault.NONE, Fault.LOST_REQUEST, Fault.LOST_REQUEST);
        assertThat(deliver(childEnded())).isEqualTo(InboxWriter.Outcome.DELIVERED);
        assertThat(hub.store.calls()).containsExactly("write", "look", "write", "look", "write");
        assertThat(hub.pauses).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
    }

    @Test
    void refusalDoesNotShowThatTheGateIsGone() {
        hub.begin("x", "e1");
        hub.rows.write("x", List.of(new RowChange.InsertInbox(childEnded())));
        // Refused for the key, which is taken in before anybody looks: the gate is still there.
        hub.store.beforeNext("look", () -> hub.takeIn("x"));
        assertThat(deliver(childEnded())).isEqualTo(InboxWriter.Outcome.DELIVERED);
        assertThat(hub.store.calls()).containsExactly("write", "look", "write");
    }

    @Test
    void unknownOutcomeIsAnExceptionAndPutsNoMessage() {
        hub.begin("x", "e1");
        IntStream.range(0, 6).forEach(call -> hub.store.plan(Fault.LOST_REQUEST));
        assertThatThrownBy(() -> deliver(childEnded())).isInstanceOf(StorageException.class);
        assertThat(hub.queue.puts()).isZero();
    }

    @Test
    void sequenceGrowsWhileTheClockStandsStill() {
        hub.begin("x", "e1");
        for (int i = 0; i < 20; i++) {
            deliver(hub.inboxWriter.row("e1", new Event("event " + i, null)));
        }
        assertThat(hub.inboxOf("x"))
                .isEqualTo(IntStream.range(0, 20)
                        .mapToObj(i -> new Event("event " + i, null))
                        .toList());
        InboxRow next = hub.inboxWriter.row("e1", CHILD_ENDED);
        hub.clock.advance(Duration.ofMillis(1));
        InboxRow later = hub.inboxWriter.row("e1", CHILD_ENDED);
        assertThat(later.sequence()).isEqualTo(next.sequence() - 20 + 1_000);
        assertThat(later.key()).startsWith(String.format("%020d-", later.sequence()));
    }

    @Test
    void sequenceGrowsWhereTheClockIsSetBack() {
        InboxRow before = hub.inboxWriter.row("e1", CHILD_ENDED);
        hub.clock.advance(Duration.ofHours(-1));
        InboxRow after = hub.inboxWriter.row("e1", CHILD_ENDED);
        assertThat(after.sequence()).isGreaterThan(before.sequence());
    }

    @Test
    void interruptionEndsTheWaitForAnAnswer() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.LOST_REQUEST);
        Waits interrupted = new Waits() {
            @Override
            public Duration elapsed() {
                return Duration.ZERO;
            }

            @Override
            public void pause(Duration time) throws InterruptedException {
                throw new InterruptedException();
            }

            @Override
            public <T> T take(BlockingQueue<T> queue, Duration limit) {
                throw new IllegalStateException("Nobody takes anything here.");
            }
        };
        InboxWriter inboxWriter = new InboxWriter(hub.storage, hub.clock, () -> "id", interrupted);
        assertThatThrownBy(() -> inboxWriter.deliver("x", childEnded()))
                .isInstanceOf(StorageException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void keysSortTheSameWhereverTheyAreMade() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(hub.inboxWriter.row("e1", new Event("go", null)).key()).matches("[0-9]{20}-.*");
        } finally {
            Locale.setDefault(before);
        }
    }
}
