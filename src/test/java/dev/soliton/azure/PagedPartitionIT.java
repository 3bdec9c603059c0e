package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.RowChange;
import dev.soliton.store.Versioned;
import dev.soliton.store.WriteOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a partition whose rows come on several pages, while others write between them. */
@Tag("integration")
final class PagedPartitionIT {
    private static final String ID = "order-1";
    private static final int PAGE = 3;

    private final String hub = AzuriteAccount.freshHub();
    private final PagingWire wire = new PagingWire(PAGE);
    private final InstanceStore paged = new TableInstanceStore(AzuriteAccount.through(wire), hub);
    private final InstanceStore store = new TableInstanceStore(AzuriteAccount.shared(), hub);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 7, 8, 9})
    void readsWhatOnePageWouldShow(int arrivals) {
        insertInstance();
        arrive(IntStream.range(0, arrivals).mapToObj(number -> "k" + number).toArray(String[]::new));
        write(journal(0), journal(1), journal(2), journal(3), journal(4));
        assertThat(paged.load(ID)).isEqualTo(store.load(ID));
        assertThat(paged.loadWithoutJournal(ID)).isEqualTo(store.loadWithoutJournal(ID));
        assertThat(store.loadWithoutJournal(ID).inbox()).hasSize(arrivals);
    }

    @Test
    void readsWhatOnePageWouldShowWhereThereIsNoInstance() {
        write(new RowChange.InsertGate(new Gate("e", true)));
        assertThat(paged.load(ID)).isEqualTo(store.load(ID));
        arrive("k0", "k1", "k2", "k3");
        assertThat(paged.loadWithoutJournal(ID)).isEqualTo(store.loadWithoutJournal(ID));
        assertThat(paged.loadWithoutJournal(ID).inbox()).hasSize(4);
    }

    @Test
    void readsOnAndNotAgainWhereTheFirstPageHasTheInstance() {
        insertInstance();
        write(journal(0), journal(1), journal(2), journal(3));
        paged.loadWithoutJournal(ID);
        assertThat(wire.reads()).isEqualTo(1);
        assertThat(paged.load(ID).journal()).hasSize(4);
        assertThat(wire.reads()).isEqualTo(1 + 3);
    }

    @Test
    void readsTheInstanceFirstWhereTheFirstPageDoesNotHaveIt() {
        insertInstance();
        arrive("k0", "k1", "k2");
        assertThat(paged.loadWithoutJournal(ID).inboxIsWhole()).isTrue();
        // The first page, the instance row, both pages, and the gates, since no event touched them.
        assertThat(wire.reads()).isEqualTo(5);
    }

    @Test
    void leavesOutInboxRowsThatMayFollowUnreadOnes() {
        insertInstance();
        send("k1", "k2", "k3", "k4", "k5", "k6");
        write(new RowChange.TouchGate("e", null)); // certainly newer than the last of them
        List<InboxEntry> before = store.loadWithoutJournal(ID).inbox();
        // The fourth read is that of the second page; k0 would have been on the first.
        wire.beforeRead(4, () -> send("k0", "k9"));
        Partition partition = paged.loadWithoutJournal(ID);
        assertThat(partition.inbox()).isEqualTo(before);
        assertThat(partition.inboxIsWhole()).isFalse();
        RowChange touch =
                new RowChange.TouchGate("e", partition.gate("e").orElseThrow().etag());
        assertThat(store.write(ID, List.of(touch))).isEqualTo(new WriteOutcome.Conflict());

        Partition next = paged.loadWithoutJournal(ID);
        assertThat(next.inbox())
                .extracting(entry -> entry.row().key())
                .containsExactly("k1", "k2", "k3", "k4", "k5", "k6", "k0", "k9");
        assertThat(next.inboxIsWhole()).isTrue();
    }

    @Test
    void readIsNotBlockedByRowsOfEarlierExecutions() {
        Stream.of("1", "2", "3", "4", "5", "6", "7")
                .forEach(key -> write(
                        new RowChange.InsertInbox(new InboxRow("an-earlier-one", key, 0, new InboxItem.Resume(null)))));
        insertInstance();
        send("k1", "k2");
        assertThat(paged.loadWithoutJournal(ID)).isEqualTo(store.loadWithoutJournal(ID));
        assertThat(paged.loadWithoutJournal(ID).inbox("e")).hasSize(2);
    }

    @Test
    void showsNoInboxRowTogetherWithTheInstanceThatProcessedIt() {
        // Wherever another worker's commit comes: its read of what was taken in must not lead to a write.
        int stale = 0;
        AtomicBoolean isCommitted = new AtomicBoolean(true);
        for (int read = 1; isCommitted.get(); read++) {
            String id = "order-" + read;
            InstanceRow row = row(id);
            written(id, new RowChange.InsertInstance(row), new RowChange.InsertGate(new Gate("e", false)));
            for (String key : List.of("k1", "k2", "k3", "k4", "k5", "k6")) {
                written(id, event(key), new RowChange.TouchGate("e", null));
            }
            Partition before = store.load(id);
            isCommitted.set(false);
            wire.beforeRead(read, () -> {
                written(
                        id,
                        new RowChange.ReplaceInstance(row, etag(before.instance())),
                        new RowChange.DeleteInbox("e", "k1"),
                        new RowChange.TouchGate(
                                "e", before.gate("e").orElseThrow().etag()));
                isCommitted.set(true);
            });
            Partition partition = paged.load(id);
            boolean isShown = partition.inbox().stream()
                    .anyMatch(entry -> entry.row().key().equals("k1"));
            if (isCommitted.get() && isShown) {
                stale++;
                RowChange claim = new RowChange.ReplaceInstance(row, etag(partition.instance()));
                assertThat(store.write(id, List.of(claim)))
                        .as("claim after a commit before read " + read)
                        .isEqualTo(new WriteOutcome.Conflict());
            }
        }
        assertThat(stale).as("how often the commit came between pages").isPositive();
    }

    @Test
    void readsAnInboxOfMoreThanAThousand() {
        insertInstance();
        int rows = 1_150;
        for (int begin = 0; begin < rows; begin += 99) {
            write(IntStream.range(begin, Math.min(begin + 99, rows))
                    .mapToObj(number -> event(String.format("%020d-x", number)))
                    .toArray(RowChange[]::new));
        }
        write(journal(0));
        Partition partition = store.load(ID);
        assertThat(partition.inbox()).hasSize(rows).isSortedAccordingTo(InboxEntry.ORDER);
        assertThat(partition.inboxIsWhole()).isTrue();
        assertThat(partition.instance()).isPresent();
        assertThat(partition.journal()).hasSize(1);
        assertThat(store.loadWithoutJournal(ID).inbox()).isEqualTo(partition.inbox());
    }

    private void insertInstance() {
        write(new RowChange.InsertInstance(row(ID)), new RowChange.InsertGate(new Gate("e", false)));
    }

    /** As somebody does who sends events. */
    private void send(String... keys) {
        for (String key : keys) {
            write(event(key), new RowChange.TouchGate("e", null));
        }
    }

    /** Adds to the inbox, one after another, so that the rows are newer than the gate. */
    private void arrive(String... keys) {
        for (String key : keys) {
            write(event(key));
        }
    }

    private void write(RowChange... changes) {
        written(ID, changes);
    }

    private void written(String id, RowChange... changes) {
        assertThat(store.write(id, List.of(changes))).isInstanceOf(WriteOutcome.Written.class);
    }

    private static String etag(Optional<Versioned<InstanceRow>> instance) {
        return instance.orElseThrow().etag();
    }

    private static RowChange event(String key) {
        return new RowChange.InsertInbox(new InboxRow("e", key, 0, new InboxItem.Event("n", null)));
    }

    private static RowChange journal(int number) {
        return new RowChange.InsertJournal(new JournalRow(new ExecutionKey(ID, "e", 0), number, "[]"));
    }

    private static InstanceRow row(String id) {
        Instant now = Instant.parse("2026-11-22T20:00:00Z");
        return InstanceRow.pending(new ExecutionKey(id, "e", 0), "Order", null, null, now, "c1");
    }
}
