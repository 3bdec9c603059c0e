package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.soliton.client.Race;
import dev.soliton.store.WriteOutcome.Conflict;
import dev.soliton.store.WriteOutcome.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every instance store does. */
public abstract class InstanceStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00.123456Z");
    private static final String ID = "order-1";
    private static final Partition NOTHING = new Partition(List.of(), List.of(), true, Optional.empty(), List.of());

    @SuppressWarnings("NullAway.Init")
    private InstanceStore store;

    /** An empty store. */
    protected abstract InstanceStore emptyStore();

    @BeforeEach
    void setUp() {
        store = emptyStore();
    }

    // Reading

    @Test
    void findsNothingInAnEmptyStore() {
        assertThat(store.findRow(ID)).isEmpty();
        assertThat(store.findReceipt(ID, "k")).isEmpty();
        assertThat(store.load(ID)).isEqualTo(NOTHING);
    }

    private static final WaitingFor WAITING = new WaitingFor(
            List.of("approve", "Ünïcode \" \\ 東京"),
            List.of(Instant.parse("2030-01-01T00:00:00.123456Z")),
            List.of(new WaitingFor.Calls("Slow", Integer.MAX_VALUE)),
            List.of(new WaitingFor.Calls("Child", 1)),
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            true);

    static Stream<InstanceRow> rows() {
        Payload inline = new Payload.Inline("{\"a\":\"\\u00e4 \\\"\"}");
        Payload stored = new Payload.Stored("folder/e/1.json");
        return Stream.of(
                pending(ID),
                pending(ID, inline),
                new InstanceRow(
                        new ExecutionKey(ID, "e", 2_000_000_000),
                        "Order",
                        new ParentTask(new ExecutionKey("parent|'ä", "p", Integer.MAX_VALUE), Integer.MAX_VALUE),
                        RuntimeStatus.COMPLETED,
                        new Ownership(
                                "worker-1", "nonce", Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, true, NOW),
                        new InstanceRow.Values(stored, inline, stored, "\"shown\"", "why", WAITING),
                        new InstanceRow.Progress(
                                Integer.MAX_VALUE, Integer.MAX_VALUE, NOW.plusNanos(700), Integer.MAX_VALUE),
                        NOW,
                        NOW.plusNanos(1_000),
                        "c",
                        NOW.plusSeconds(3),
                        null,
                        Integer.MAX_VALUE),
                pending(ID).followedBy(further("Order", inline, NOW.plusSeconds(5))),
                pending(ID).followedBy(further("o".repeat(40_000), stored, null)),
                pending(ID).followedBy(further("", null, null)),
                new InstanceRow(
                        new ExecutionKey(ID, "e", 0),
                        "Order",
                        new ParentTask(new ExecutionKey("p", "p", 0), 0),
                        RuntimeStatus.FAILED,
                        Ownership.unowned(Long.MIN_VALUE),
                        new InstanceRow.Values(inline, stored, inline, "", ""),
                        new InstanceRow.Progress(0, 3, null, null),
                        Instant.EPOCH,
                        Instant.parse("2026-01-01T00:00:00Z"),
                        "c"));
    }

    private static QueuedRun further(String name, @Nullable Payload input, @Nullable Instant startAt) {
        return new QueuedRun(name, input, startAt, NOW, "ask");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void readsTheInstanceThatWasWritten(InstanceRow row) {
        String etag = written(new RowChange.InsertInstance(row));
        assertThat(store.findRow(ID)).contains(new Versioned<>(row, etag));
        assertThat(store.load(ID).instance()).contains(new Versioned<>(row, etag));
    }

    @Test
    void readsTheReceiptThatWasWritten() {
        Receipt receipt = new Receipt(ID, "k", "e");
        assertThat(written(new RowChange.InsertReceipt(receipt))).isEmpty();
        assertThat(store.findReceipt(ID, "k")).contains(receipt);
        Receipt withReply = new Receipt(ID, "start|k", "e", new Receipt.Reply("request", "outcome"));
        written(new RowChange.InsertReceipt(withReply));
        assertThat(store.findReceipt(ID, "start|k")).contains(withReply);
        assertThat(store.findReceipt(ID, "K")).isEmpty();
        assertThat(store.findReceipt("other", "k")).isEmpty();
        assertThat(store.findRow(ID)).isEmpty();
    }

    @Test
    void loadsGatesAndJournalInOrderHoweverTheyWereWritten() {
        List<JournalRow> journal = new ArrayList<>();
        for (String execution : List.of("e1", "e2")) {
            for (int generation : List.of(0, 1, 9, 10, 99, 100)) {
                for (int number : List.of(0, 1, 9, 10)) {
                    journal.add(new JournalRow(new ExecutionKey(ID, execution, generation), number, "[]"));
                }
            }
        }
        List<RowChange> changes = new ArrayList<>();
        journal.forEach(row -> changes.add(new RowChange.InsertJournal(row)));
        Stream.of("e3", "e1", "e2")
                .forEach(execution -> changes.add(new RowChange.InsertGate(new Gate(execution, false))));
        changes.add(new RowChange.InsertInstance(pending(ID)));
        changes.add(new RowChange.InsertReceipt(new Receipt(ID, "e1", "e1")));
        Collections.shuffle(changes, new Random(7));
        for (RowChange change : changes) {
            written(change);
        }

        Partition partition = store.load(ID);
        assertThat(partition.gates())
                .extracting(gate -> gate.row().executionId())
                .containsExactly("e1", "e2", "e3");
        assertThat(partition.instance()).isEqualTo(store.findRow(ID)).isPresent();
        assertThat(partition.journal()).isEqualTo(journal);
    }

    @Test
    void loadsAJournalOfManyPages() {
        List<JournalRow> journal = IntStream.range(0, 2_150)
                .mapToObj(number -> journalRow(number, "[" + number + "]"))
                .toList();
        for (int begin = 0; begin < journal.size(); begin += 50) {
            List<JournalRow> part = journal.subList(begin, Math.min(begin + 50, journal.size()));
            written(part.stream().map(RowChange.InsertJournal::new).toArray(RowChange[]::new));
        }
        assertThat(store.load(ID).journal()).isEqualTo(journal);
    }

    @Test
    void keepsInstancesApartWhoseIdsBeginAlike() {
        for (String id : List.of("a", "ab", "a|", "A", "a ")) {
            store.write(
                    id,
                    List.of(
                            new RowChange.InsertInstance(pending(id)),
                            new RowChange.InsertGate(new Gate("e-" + id, false))));
        }
        for (String id : List.of("a", "ab", "a|", "A", "a ")) {
            assertThat(store.findRow(id))
                    .hasValueSatisfying(row -> assertThat(row.row()).isEqualTo(pending(id)));
            assertThat(store.load(id).gates())
                    .extracting(gate -> gate.row().executionId())
                    .containsExactly("e-" + id);
        }
    }

    // Conditions

    @Test
    void insertsAnInstanceOnlyWhereThereIsNone() {
        String etag = written(new RowChange.InsertInstance(pending(ID)));
        InstanceRow other = pending(ID, new Payload.Inline("2"));
        conflict(new RowChange.InsertInstance(other));
        assertThat(store.findRow(ID)).contains(new Versioned<>(pending(ID), etag));
    }

    @Test
    void replacesOnlyTheInstanceThatWasRead() {
        InstanceRow second = pending(ID, new Payload.Inline("2"));
        InstanceRow third = pending(ID, new Payload.Inline("3"));
        String first = written(new RowChange.InsertInstance(pending(ID)));
        String next = written(new RowChange.ReplaceInstance(second, first));
        assertThat(next).isNotEqualTo(first);

        conflict(new RowChange.ReplaceInstance(third, first));
        assertThat(store.findRow(ID)).contains(new Versioned<>(second, next));

        String last = written(new RowChange.ReplaceInstance(second, next));
        assertThat(last).as("the ETag of an equal row").isNotEqualTo(next);
        assertThat(store.load(ID).instance()).contains(new Versioned<>(second, last));
    }

    @Test
    void replacesAllOfTheInstance() {
        InstanceRow full = pending(ID, new Payload.Inline("1"))
                .changed(
                        RuntimeStatus.RUNNING,
                        new Ownership("w", "n", 7, 1),
                        new InstanceRow.Values(new Payload.Inline("1"), null, null, "\"s\"".repeat(20_000), "r"),
                        NOW,
                        "c2");
        String etag = written(new RowChange.InsertInstance(full));
        written(new RowChange.ReplaceInstance(pending(ID), etag));
        assertThat(store.findRow(ID))
                .hasValueSatisfying(row -> assertThat(row.row()).isEqualTo(pending(ID)));
    }

    @Test
    void replacesNoInstanceThatIsNotThere() {
        written(new RowChange.InsertReceipt(new Receipt(ID, "k", "e")));
        String etag = written("other", new RowChange.InsertInstance(pending("other")));
        conflict(new RowChange.ReplaceInstance(pending(ID), etag));
        assertThat(store.findRow(ID)).isEmpty();
    }

    @Test
    void replacesNoInstanceInAStoreThatNothingWasWrittenTo() {
        conflict(new RowChange.ReplaceInstance(pending(ID), "W/\"datetime'2026-11-22T20%3A00%3A00.1234567Z'\""));
    }

    @Test
    void deletesOnlyTheInstanceThatWasRead() {
        conflict(new RowChange.DeleteInstance("W/\"none\""));
        String first = written(new RowChange.InsertInstance(pending(ID)));
        String second = written(new RowChange.ReplaceInstance(pending(ID), first));
        conflict(new RowChange.DeleteInstance(first));
        written(new RowChange.DeleteInstance(second));
        assertThat(store.findRow(ID)).isEmpty();
        conflict(new RowChange.DeleteInstance(second));
        written(new RowChange.InsertInstance(pending(ID)));
    }

    @Test
    void deletesOnlyAReceiptThatIsThere() {
        conflict(new RowChange.DeleteReceipt("k"));
        written(new RowChange.InsertReceipt(new Receipt(ID, "k", "e")));
        written(new RowChange.DeleteReceipt("k"));
        assertThat(store.findReceipt(ID, "k")).isEmpty();
    }

    @Test
    void insertsAGateOnlyWhereThereIsNeitherGateNorTombstone() {
        written(new RowChange.InsertGate(new Gate("open", false)));
        written(new RowChange.InsertGate(new Gate("shut", true)));
        for (boolean tombstone : List.of(false, true)) {
            conflict(new RowChange.InsertGate(new Gate("open", tombstone)));
            conflict(new RowChange.InsertGate(new Gate("shut", tombstone)));
        }
        assertThat(store.load(ID).gates())
                .extracting(Versioned::row)
                .containsExactly(new Gate("open", false), new Gate("shut", true));
    }

    @Test
    void deletesOnlyTheGateThatWasRead() {
        written(new RowChange.InsertGate(new Gate("e", false)));
        written(new RowChange.InsertGate(new Gate("other", false)));
        String etag = gateEtag("e");
        conflict(new RowChange.DeleteGate("e", gateEtag("other")));

        written(new RowChange.DeleteGate("e", etag));
        assertThat(store.load(ID).gate("e")).isEmpty();
        conflict(new RowChange.DeleteGate("e", etag));

        written(new RowChange.InsertGate(new Gate("e", true)));
        conflict(new RowChange.DeleteGate("e", etag));
        conflict(new RowChange.DeleteGate("e", gateEtag("e")));
        assertThat(store.load(ID).gate("e"))
                .hasValueSatisfying(gate -> assertThat(gate.row().tombstone()).isTrue());
    }

    @Test
    void insertsAJournalRowOnlyWhereThereIsNone() {
        written(new RowChange.InsertJournal(journalRow(0, "[1]")));
        conflict(new RowChange.InsertJournal(journalRow(0, "[2]")));
        assertThat(store.load(ID).journal()).containsExactly(journalRow(0, "[1]"));
    }

    @Test
    void insertsAReceiptOnlyWhereThereIsNone() {
        written(new RowChange.InsertReceipt(new Receipt(ID, "k", "e1")));
        conflict(new RowChange.InsertReceipt(new Receipt(ID, "k", "e2")));
        assertThat(store.findReceipt(ID, "k")).contains(new Receipt(ID, "k", "e1"));
    }

    @Test
    void touchesAnyGateThatIsThere() {
        written(new RowChange.InsertGate(new Gate("e", false)));
        String before = gateEtag("e");
        Written touched = write(new RowChange.TouchGate("e", null));
        assertThat(touched.instanceEtag()).isEmpty();
        assertThat(touched.gateEtag()).isNotEqualTo(before).isEqualTo(gateEtag("e"));
        assertThat(store.load(ID).gates()).extracting(Versioned::row).containsExactly(new Gate("e", false));
        conflict(new RowChange.TouchGate("absent", null));
        assertThat(store.load(ID).gate("absent")).isEmpty();
    }

    @Test
    void refusesInboxRowsOfAnExecutionWithATombstone() {
        written(new RowChange.InsertInstance(pending(ID)));
        assertThat(write(new RowChange.InsertGate(new Gate("shut", true))).gateEtag())
                .isEmpty();
        String tombstone = gateEtag("shut");
        InboxRow event = new InboxRow("shut", "k", 1, new InboxItem.Event("late", null));

        conflict(new RowChange.InsertInbox(event), new RowChange.TouchGate("shut", null));
        conflict(new RowChange.InsertInbox(event), new RowChange.TouchGate("shut", tombstone));

        assertThat(store.load(ID).inbox()).isEmpty();
        assertThat(gateEtag("shut")).isEqualTo(tombstone);
    }

    @Test
    void writesTheTombstoneOfAnEndedExecutionButOfNoLiveOne() {
        String etag = write(new RowChange.InsertGate(new Gate("e", false))).gateEtag();
        conflict(new RowChange.InsertGate(new Gate("e", true)));
        written(new RowChange.DeleteGate("e", etag));
        assertThat(store.load(ID).gates()).isEmpty();

        written(new RowChange.InsertGate(new Gate("e", true)));
        conflict(new RowChange.InsertGate(new Gate("e", false)), new RowChange.InsertInstance(pending(ID)));
        assertThat(store.findRow(ID)).isEmpty();
        assertThat(store.load(ID).gates()).extracting(Versioned::row).containsExactly(new Gate("e", true));
    }

    @Test
    void deletesATombstoneAndNoGate() {
        written(new RowChange.InsertGate(new Gate("shut", true)));
        written(new RowChange.InsertGate(new Gate("open", false)));
        conflict(new RowChange.DeleteTombstone("absent"));
        written(new RowChange.DeleteTombstone("shut"));
        conflict(new RowChange.DeleteTombstone("shut"));
        written(new RowChange.InsertGate(new Gate("shut", false)));
    }

    @Test
    void keepsTheLastQueuedRunOnAGateThatIsThere() {
        RowChange queue = new RowChange.QueueRun("e", further("a", new Payload.Inline("1"), NOW));
        conflict(queue);
        written(new RowChange.InsertGate(new Gate("e", false)));
        String first = gateEtag(queue);
        assertThat(gate("e"))
                .isEqualTo(new Versioned<>(new Gate("e", false, further("a", new Payload.Inline("1"), NOW)), first));
        QueuedRun last = further("b", new Payload.Stored("folder/e/1.json"), null);
        String second = gateEtag(new RowChange.QueueRun("e", last));
        assertThat(second).isNotEqualTo(first);
        assertThat(gate("e")).isEqualTo(new Versioned<>(new Gate("e", false, last), second));
        conflict(new RowChange.DeleteGate("e", first));
        String touched = gateEtag(new RowChange.TouchGate("e", second));
        assertThat(gate("e")).isEqualTo(new Versioned<>(new Gate("e", false, last), touched));
        written(new RowChange.DeleteGate("e", touched));
        conflict(queue);
        written(new RowChange.InsertGate(new Gate("tombstoned", true)));
        conflict(new RowChange.QueueRun("tombstoned", last));
    }

    @Test
    void keepsTheGatesOfTheIncarnationsOfAnExecutionApart() {
        Incarnation first = new Incarnation("e", 0);
        Incarnation second = new Incarnation("e", 1);
        String etag = write(new RowChange.InsertGate(Gate.of(first))).gateEtag();
        conflict(new RowChange.TouchGate(second, null));
        written(new RowChange.DeleteGate(first, etag));

        String next = write(new RowChange.InsertGate(Gate.of(second))).gateEtag();
        conflict(new RowChange.InsertGate(Gate.of(second)));
        assertThat(gate("e")).isEqualTo(new Versioned<>(Gate.of(second), next));
        conflict(new RowChange.TouchGate(first, null));
        conflict(new RowChange.QueueRun(first, further("late", null, null)));
        conflict(new RowChange.DeleteGate(first, next));
        QueuedRun queuedRun = further("Order", null, null);
        written(new RowChange.QueueRun(second, queuedRun));
        String last = write(new RowChange.TouchGate(second, null)).gateEtag();
        assertThat(gate("e")).isEqualTo(new Versioned<>(new Gate(second, false, queuedRun), last));

        // A tombstone means nothing beside a gate.
        written(new RowChange.InsertGate(new Gate("e", true)));
        assertThat(gate("e").row().incarnation()).isEqualTo(second);
        written(new RowChange.DeleteGate(second, last));
        assertThat(gate("e").row().tombstone()).isTrue();
    }

    @Test
    void touchesOnlyTheGateThatWasRead() {
        String first = write(new RowChange.InsertGate(new Gate("e", false))).gateEtag();
        assertThat(first).isEqualTo(gateEtag("e"));
        String other = write(new RowChange.InsertGate(new Gate("other", false))).gateEtag();
        conflict(new RowChange.TouchGate("e", other));
        String second = write(new RowChange.TouchGate("e", first)).gateEtag();
        conflict(new RowChange.TouchGate("e", first));
        String third = write(new RowChange.TouchGate("e", second)).gateEtag();
        assertThat(third).isEqualTo(gateEtag("e")).isNotIn(first, second);
        conflict(new RowChange.TouchGate("absent", third));

        conflict(new RowChange.DeleteGate("e", second));
        assertThat(write(new RowChange.DeleteGate("e", third)).gateEtag()).isEmpty();
        conflict(new RowChange.TouchGate("e", third));
    }

    @Test
    void insertsIntoAnInboxOnlyWhereThereIsNoRowOfThatKey() {
        InboxRow row = inboxRow("k", 1, new InboxItem.Event("first", null));
        written(new RowChange.InsertInbox(row));
        conflict(new RowChange.InsertInbox(inboxRow("k", 2, new InboxItem.Event("second", null))));
        InboxRow other = new InboxRow("e2", "k", 3, new InboxItem.Event("third", null));
        written(new RowChange.InsertInbox(other));
        written(new RowChange.InsertInbox(inboxRow("K", 4, new InboxItem.Event("fourth", null))));
        assertThat(inbox()).contains(row, other).hasSize(3);
        assertThat(store.loadWithoutJournal(ID).inbox("e2"))
                .extracting(InboxEntry::row)
                .containsExactly(other);
    }

    @Test
    void deletesOnlyAnInboxRowThatIsThere() {
        written(new RowChange.InsertInbox(inboxRow("k", 1, new InboxItem.Resume(null))));
        conflict(new RowChange.DeleteInbox("e", "K"));
        conflict(new RowChange.DeleteInbox("e2", "k"));
        written(new RowChange.DeleteInbox("e", "k"));
        assertThat(inbox()).isEmpty();
        conflict(new RowChange.DeleteInbox("e", "k"));
    }

    @Test
    void deletesOnlyAJournalRowThatIsThere() {
        written(journalInserts(3, "[]").toArray(RowChange[]::new));
        ExecutionKey key = new ExecutionKey(ID, "e", 0);
        conflict(new RowChange.DeleteJournal(key, 3));
        conflict(new RowChange.DeleteJournal(new ExecutionKey(ID, "e", 1), 1));
        written(new RowChange.DeleteJournal(key, 1));
        assertThat(store.load(ID).journal()).containsExactly(journalRow(0, "[]"), journalRow(2, "[]"));
        conflict(new RowChange.DeleteJournal(key, 1));
    }

    // The inbox

    static Stream<InboxItem> items() {
        Payload inline = new Payload.Inline("{\"a\":\"\\u00e4 \\\"\"}");
        Payload stored = new Payload.Stored("folder/e/1.json");
        Stream<InboxItem> events = Stream.of(
                        "", " ", "event", "a'b", "<&>%20+/\\#?", "ä 日本 😀", "😀\ud83dx", "x".repeat(16_384))
                .map(name -> new InboxItem.Event(name, inline));
        Stream<InboxItem> reasons = Stream.of(
                        "",
                        " ",
                        "\"\\\t\r\n\u0001\u007f\u0085\u2028\u2029\\u2028<&>'",
                        "\u0000\ufffe\uffff\ufeff",
                        "😀 \ud83d \ude00 \ud83d",
                        "}\r\n--changeset_1--\r\n",
                        "2026-11-22T20:00:00Z",
                        "\u2028".repeat(4_096),
                        "日".repeat(4_096),
                        "\ud83d".repeat(4_096))
                .flatMap(reason -> Stream.of(
                        new InboxItem.Terminate(reason), new InboxItem.Suspend(reason), new InboxItem.Resume(reason)));
        Stream<InboxItem> others = Stream.of(
                new InboxItem.Event("e", null),
                new InboxItem.Event("e", stored),
                new InboxItem.Event("e", new Payload.Inline("\"" + "日".repeat(16_382) + "\"")),
                new InboxItem.Terminate(null),
                new InboxItem.Terminate("all", true),
                new InboxItem.Rewind(null, null),
                new InboxItem.Rewind("mended", inline),
                new InboxItem.Rewind("mended", stored),
                new InboxItem.Suspend(null),
                new InboxItem.Resume(null),
                new InboxItem.ChildEnded(0, 0, null, null),
                new InboxItem.ChildEnded(7, 12, inline, null),
                new InboxItem.ChildEnded(7, 12, stored, null),
                new InboxItem.ChildEnded(Integer.MAX_VALUE, Integer.MAX_VALUE, null, inline),
                new InboxItem.ChildEnded(1, 2, null, stored));
        return Stream.of(events, reasons, others).flatMap(item -> item);
    }

    @Test
    void readsInboxRowsAsTheyWereWritten() {
        List<InboxRow> rows = new ArrayList<>();
        items().forEach(item -> rows.add(inboxRow(key(rows.size()), rows.size(), item)));
        rows.add(inboxRow("id-least", Long.MIN_VALUE, new InboxItem.Resume(null)));
        rows.add(inboxRow("id-most", Long.MAX_VALUE, new InboxItem.Resume(null)));
        written(rows.stream().map(RowChange.InsertInbox::new).toArray(RowChange[]::new));
        assertThat(inbox()).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(store.load(ID).inbox())
                .isEqualTo(store.loadWithoutJournal(ID).inbox());
    }

    @Test
    void showsInboxRowsInTheOrderOfArrival() {
        List<InboxRow> rows = new ArrayList<>();
        written(new RowChange.InsertGate(new Gate("e", false)));
        for (int i = 0; i < 20; i++) {
            // Keys and executions are no help to tell the order.
            String execution = i % 3 == 0 ? "f" : "e";
            rows.add(new InboxRow(execution, "id-" + i * 7 % 20, i, new InboxItem.Event("n" + i, null)));
            written(new RowChange.InsertInbox(rows.get(i)), new RowChange.TouchGate("e", null));
        }
        Partition partition = store.load(ID);
        assertThat(inbox()).isEqualTo(rows);
        assertThat(partition.inbox()).extracting(InboxEntry::at).isSorted();
        assertThat(partition.inbox("f"))
                .extracting(InboxEntry::row)
                .containsExactlyElementsOf(rows.stream()
                        .filter(row -> row.executionId().equals("f"))
                        .toList());
        assertThat(partition.inboxIsWhole()).isTrue();
    }

    @Test
    void keepsTheTimeOfArrival() {
        written(new RowChange.InsertGate(new Gate("e", false)));
        written(new RowChange.InsertInbox(inboxRow("k", 1, new InboxItem.Resume(null))));
        List<InboxEntry> before = store.loadWithoutJournal(ID).inbox();
        written(new RowChange.TouchGate("e", null), new RowChange.InsertInstance(pending(ID)));
        assertThat(store.loadWithoutJournal(ID).inbox()).isEqualTo(before);
        assertThat(store.load(ID).inbox()).isEqualTo(before);
    }

    @Test
    void loadsAllButTheJournal() {
        assertThat(store.loadWithoutJournal(ID)).isEqualTo(NOTHING);
        written(
                new RowChange.InsertInstance(pending(ID)),
                new RowChange.InsertGate(new Gate("e", false)),
                new RowChange.InsertGate(new Gate("f", true)),
                new RowChange.InsertInbox(inboxRow("k", 1, new InboxItem.Resume(null))),
                new RowChange.InsertInbox(new InboxRow("f", "k", 1, new InboxItem.Resume(null))),
                new RowChange.InsertJournal(journalRow(0, "[]")),
                new RowChange.InsertReceipt(new Receipt(ID, "k", "e")));
        Partition whole = store.load(ID);
        assertThat(whole.journal()).hasSize(1);
        assertThat(whole.inbox()).hasSize(2);
        assertThat(store.loadWithoutJournal(ID))
                .isEqualTo(new Partition(whole.gates(), whole.inbox(), true, whole.instance(), List.of()));
    }

    // Transactions as an instance's life has them

    @Test
    void acceptsAnEventOnlyWhereTheGateIs() {
        RowChange event = new RowChange.InsertInbox(inboxRow("id-1", 1, new InboxItem.Event("n", null)));
        RowChange answer = new RowChange.InsertReceipt(new Receipt(ID, "event|e|1", "e"));
        conflict(event, new RowChange.TouchGate("e", null), answer);
        assertThat(store.loadWithoutJournal(ID)).isEqualTo(NOTHING);
        assertThat(store.findReceipt(ID, "event|e|1")).isEmpty();

        String shut = write(new RowChange.InsertGate(new Gate("e", false))).gateEtag();
        Written written = write(event, new RowChange.TouchGate("e", null), answer);
        assertThat(written.gateEtag()).isEqualTo(gateEtag("e")).isNotEqualTo(shut);
        assertThat(inbox()).hasSize(1);

        conflict(event, new RowChange.TouchGate("e", null), answer);
        assertThat(gateEtag("e")).as("the gate of a refused event").isEqualTo(written.gateEtag());
    }

    @Test
    void commitsOnlyIfNothingArrivedSinceTheGateWasRead() {
        Written start = write(
                new RowChange.InsertInstance(pending(ID)),
                new RowChange.InsertGate(new Gate("e", false)),
                new RowChange.InsertReceipt(new Receipt(ID, "e", "e")));
        String second = write(
                        new RowChange.InsertInbox(inboxRow("1", 1, new InboxItem.Event("a", null))),
                        new RowChange.TouchGate("e", null))
                .gateEtag();
        write(
                new RowChange.InsertInbox(inboxRow("2", 2, new InboxItem.Event("b", null))),
                new RowChange.TouchGate("e", null));
        Partition before = store.load(ID);
        conflict(commit(start.instanceEtag(), second));
        conflict(commit(start.instanceEtag(), start.gateEtag()));
        assertThat(store.load(ID)).isEqualTo(before);

        Written committed = write(commit(start.instanceEtag(), gateEtag("e")));
        Partition after = store.load(ID);
        assertThat(after.instance()).contains(new Versioned<>(pending(ID), committed.instanceEtag()));
        assertThat(after.gate("e")).contains(new Versioned<>(new Gate("e", false), committed.gateEtag()));
        assertThat(after.inbox()).isEmpty();
        assertThat(after.journal()).containsExactly(journalRow(0, "[]"));

        // It comes once more: nothing of it holds, and each part alone would refuse it.
        conflict(commit(start.instanceEtag(), committed.gateEtag()));
        conflict(commit(committed.instanceEtag(), committed.gateEtag()));
        conflict(new RowChange.DeleteInbox("e", "1"), new RowChange.TouchGate("e", committed.gateEtag()));
    }

    /** The commit of a turn that took both rows of the inbox in. */
    private static RowChange[] commit(String instanceEtag, String gateEtag) {
        return new RowChange[] {
            new RowChange.ReplaceInstance(pending(ID), instanceEtag),
            new RowChange.InsertJournal(journalRow(0, "[]")),
            new RowChange.DeleteInbox("e", "1"),
            new RowChange.DeleteInbox("e", "2"),
            new RowChange.TouchGate("e", gateEtag)
        };
    }

    @Test
    void writesAndDeletesNinetyInboxRowsAtOnce() {
        String etag = written(new RowChange.InsertInstance(pending(ID)));
        List<InboxRow> rows = IntStream.range(0, 90)
                .mapToObj(number -> inboxRow(key(number), number, new InboxItem.Event("n", null)))
                .toList();
        written(Stream.concat(
                        Stream.of(new RowChange.InsertGate(new Gate("e", false))),
                        rows.stream().map(RowChange.InsertInbox::new))
                .toArray(RowChange[]::new));
        assertThat(inbox()).containsExactlyInAnyOrderElementsOf(rows);

        written(Stream.concat(
                        Stream.of(
                                new RowChange.ReplaceInstance(pending(ID), etag),
                                new RowChange.InsertJournal(journalRow(0, "[]")),
                                new RowChange.TouchGate("e", gateEtag("e"))),
                        rows.stream().map(row -> new RowChange.DeleteInbox("e", row.key())))
                .toArray(RowChange[]::new));
        assertThat(store.load(ID).inbox()).isEmpty();
        assertThat(store.load(ID).journal()).hasSize(1);
    }

    @Test
    void replacesTheJournalOfAGenerationByThatOfTheNext() {
        written(journalInserts(40, "[]").toArray(RowChange[]::new));
        ExecutionKey old = new ExecutionKey(ID, "e", 0);
        JournalRow first = new JournalRow(new ExecutionKey(ID, "e", 1), 0, "[]");
        written(Stream.concat(
                        Stream.of(new RowChange.InsertJournal(first)),
                        IntStream.range(0, 40).mapToObj(number -> new RowChange.DeleteJournal(old, number)))
                .toArray(RowChange[]::new));
        assertThat(store.load(ID).journal()).containsExactly(first);
    }

    // All or nothing

    @Test
    void writesAllChanges() {
        written(new RowChange.InsertGate(new Gate("e0", false)));
        String etag = written(
                new RowChange.DeleteGate("e0", gateEtag("e0")),
                new RowChange.InsertGate(new Gate("e", false)),
                new RowChange.InsertInstance(pending(ID)),
                new RowChange.InsertJournal(journalRow(0, "[]")),
                new RowChange.InsertReceipt(new Receipt(ID, "k", "e")));
        Partition partition = store.load(ID);
        assertThat(partition.gates()).extracting(Versioned::row).containsExactly(new Gate("e", false));
        assertThat(partition.instance()).contains(new Versioned<>(pending(ID), etag));
        assertThat(partition.journal()).containsExactly(journalRow(0, "[]"));
        assertThat(store.findReceipt(ID, "k")).isPresent();
    }

    @Test
    void writesNothingIfOneConditionDoesNotHold() {
        String stale = written(new RowChange.InsertInstance(pending(ID)));
        written(new RowChange.ReplaceInstance(pending(ID), stale));
        written(new RowChange.InsertGate(new Gate("there", false)));
        written(new RowChange.InsertJournal(journalRow(0, "[]")));
        written(new RowChange.InsertInbox(inboxRow("there", 1, new InboxItem.Resume(null))));
        written(new RowChange.InsertReceipt(new Receipt(ID, "there", "e")));
        Partition before = store.load(ID);
        List<RowChange> failing = List.of(
                new RowChange.InsertInstance(pending(ID)),
                new RowChange.ReplaceInstance(pending(ID), stale),
                new RowChange.InsertGate(new Gate("there", true)),
                new RowChange.DeleteGate("there", stale),
                new RowChange.DeleteGate("absent", stale),
                new RowChange.TouchGate("there", stale),
                new RowChange.TouchGate("absent", null),
                new RowChange.InsertInbox(inboxRow("there", 2, new InboxItem.Resume(null))),
                new RowChange.DeleteInbox("e", "absent"),
                new RowChange.DeleteJournal(new ExecutionKey(ID, "e", 0), 2),
                new RowChange.InsertJournal(journalRow(0, "[2]")),
                new RowChange.InsertReceipt(new Receipt(ID, "there", "e")));
        for (RowChange last : failing) {
            conflict(
                    new RowChange.InsertGate(new Gate("new", false)),
                    new RowChange.InsertJournal(journalRow(1, "[]")),
                    new RowChange.InsertReceipt(new Receipt(ID, "new", "e")),
                    last);
            conflict(
                    last,
                    new RowChange.InsertGate(new Gate("new", false)),
                    new RowChange.InsertJournal(journalRow(1, "[]")));
        }
        assertThat(store.load(ID)).isEqualTo(before);
        assertThat(store.findReceipt(ID, "new")).isEmpty();
    }

    // Races

    @Test
    void letsOneOfManyInsertTheInstance() throws Exception {
        for (int round = 0; round < 10; round++) {
            String id = "race-" + round;
            List<WriteOutcome> outcomes = Race.run(8, racer -> {
                InstanceRow row = pending(id, new Payload.Inline("" + racer));
                RowChange gate = new RowChange.InsertGate(new Gate("e" + racer, false));
                return store.write(id, List.of(new RowChange.InsertInstance(row), gate));
            });
            assertOneWon(id, outcomes, racer -> pending(id, new Payload.Inline("" + racer)));
            assertThat(store.load(id).gates()).hasSize(1);
        }
    }

    @Test
    void letsOneOfManyReplaceTheInstance() throws Exception {
        for (int round = 0; round < 10; round++) {
            String id = "race-" + round;
            String etag = written(id, new RowChange.InsertInstance(pending(id)));
            List<WriteOutcome> outcomes = Race.run(8, racer -> {
                InstanceRow row = pending(id, new Payload.Inline("" + racer));
                return store.write(id, List.of(new RowChange.ReplaceInstance(row, etag)));
            });
            assertOneWon(id, outcomes, racer -> pending(id, new Payload.Inline("" + racer)));
        }
    }

    private void assertOneWon(String id, List<WriteOutcome> outcomes, IntFunction<InstanceRow> rows) {
        assertThat(outcomes).filteredOn(Written.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Conflict.class::isInstance).hasSize(outcomes.size() - 1);
        for (int racer = 0; racer < outcomes.size(); racer++) {
            if (outcomes.get(racer) instanceof Written written) {
                assertThat(store.findRow(id)).contains(new Versioned<>(rows.apply(racer), written.instanceEtag()));
            }
        }
    }

    // Limits

    @Test
    void writesTheMostChangesAtOnce() {
        int rows = InstanceStore.MAX_CHANGES - 2;
        written(Stream.concat(
                        Stream.of(
                                new RowChange.InsertInstance(pending(ID)),
                                new RowChange.InsertGate(new Gate("e", false))),
                        journalInserts(rows, "[]"))
                .toArray(RowChange[]::new));
        assertThat(store.load(ID).journal()).hasSize(rows);

        written(Stream.concat(
                        Stream.of(
                                new RowChange.ReplaceInstance(
                                        pending(ID),
                                        store.findRow(ID).orElseThrow().etag()),
                                new RowChange.DeleteGate("e", gateEtag("e"))),
                        store.load(ID).journal().stream()
                                .map(row -> new RowChange.DeleteJournal(row.key(), row.number())))
                .toArray(RowChange[]::new));
        assertThat(store.load(ID).journal()).isEmpty();
        assertThat(store.load(ID).gates()).isEmpty();
    }

    @Test
    void refusesNoChangesAndTooMany() {
        refused(Stream.empty());
        refused(journalInserts(InstanceStore.MAX_CHANGES + 1, "[]"));
    }

    @Test
    void refusesToChangeARowTwice() {
        refused(Stream.of(
                new RowChange.InsertGate(new Gate("e", false)), new RowChange.InsertGate(new Gate("e", true))));
        refused(Stream.of(
                new RowChange.InsertInstance(pending(ID)), new RowChange.ReplaceInstance(pending(ID), "W/\"1\"")));
        refused(Stream.of(new RowChange.InsertGate(new Gate("e", false)), new RowChange.TouchGate("e", null)));
        refused(Stream.of(
                new RowChange.InsertInbox(inboxRow("k", 1, new InboxItem.Resume(null))),
                new RowChange.DeleteInbox("e", "k")));
    }

    @Test
    void refusesARowOfAnotherInstance() {
        refused(Stream.of(new RowChange.InsertInstance(pending("other"))));
        refused(Stream.of(new RowChange.InsertReceipt(new Receipt("other", "k", "e"))));
        refused(Stream.of(new RowChange.InsertJournal(new JournalRow(new ExecutionKey("other", "e", 0), 0, "[]"))));
        refused(Stream.of(new RowChange.DeleteJournal(new ExecutionKey("other", "e", 0), 0)));
    }

    @Test
    void refusesARowOfMoreThanAMebibyte() {
        InstanceRow.Values values = InstanceRow.Values.ofInput(null).withCustomStatus("x".repeat(600_000));
        InstanceRow row = pending(ID).changed(RuntimeStatus.RUNNING, Ownership.unowned(1), values, NOW, "c");
        refused(Stream.of(new RowChange.InsertInstance(row), new RowChange.InsertGate(new Gate("e", false))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ä", "日", "😀", "\"", "\\"})
    void writesTextsOfTheLengthThatAlwaysFits(String text) {
        String half = text.repeat(InstanceStore.MAX_WRITE_LENGTH / 2 / text.length());
        written(journalInserts(2, half).toArray(RowChange[]::new));
        assertThat(store.load(ID).journal()).hasSize(2).allMatch(row -> row.events()
                .equals(half));
    }

    @Test
    void refusesAWriteOfMoreThanFourMebibytes() {
        refused(journalInserts(6, "日".repeat(JournalRow.MAX_LENGTH)));
    }

    static Stream<String> texts() {
        int most = JournalRow.MAX_LENGTH;
        return Stream.of(
                "",
                " ",
                "\"\\\t\r\n\u0001\u007f\u0085\u2028\u2029\\u2028<&>'",
                "}\r\n--changeset_1--\r\nPOST http://localhost/$batch HTTP/1.1\r\nboundary=x\r\n\r\n{}",
                "x".repeat(16_384),
                "ä".repeat(16_384),
                "x".repeat(32_000),
                "x".repeat(32_001),
                "日".repeat(32_000),
                "日".repeat(32_001),
                "x".repeat(31_999) + "😀",
                "😀".repeat(16_000) + "x",
                "x" + "😀".repeat(16_000),
                "\"".repeat(64_001),
                "x".repeat(most),
                "日".repeat(most),
                "x" + "😀".repeat(most / 2 - 1) + "x",
                "😀".repeat(most / 2));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void keepsTextsAsTheyAre(String text) {
        InstanceRow.Values values = InstanceRow.Values.ofInput(null).withCustomStatus(text);
        InstanceRow row = pending(ID).changed(RuntimeStatus.RUNNING, Ownership.unowned(1), values, NOW, "c");
        written(new RowChange.InsertInstance(row));
        written(new RowChange.InsertJournal(journalRow(0, text)));
        Partition partition = store.load(ID);
        // Not compared as a whole: a failure would print it.
        assertThat(partition.journal().get(0).events().equals(text)).isTrue();
        assertThat(partition.instance().orElseThrow().row().equals(row)).isTrue();
    }

    // Odd IDs

    // Not "RowKey='": Azurite, not the service, takes that for the name of the row wherever it stands.
    static Stream<String> oddIds() {
        return Stream.of(
                "'",
                "''",
                "a'b",
                "' or PartitionKey ne '",
                "%",
                "%20",
                "%27",
                "%2F",
                "100%",
                "+",
                "a+b",
                "&",
                "a&b=c",
                "\"",
                " ",
                " a",
                "a ",
                "a  b",
                "$",
                "$batch",
                ";",
                ":",
                "|",
                "gate|x",
                "=",
                ",",
                "(a)",
                "[a]",
                "{a}",
                "<a>",
                "^`~!*",
                "a@b",
                "...",
                "-",
                "--changesetresponse_",
                "HTTP/1.1 404".replace('/', ' '),
                "etag: x",
                "null",
                "0",
                "ä",
                "日本語",
                "é",
                "e\u0301",
                "İı",
                "😀",
                "\u200b",
                "\u00a0",
                "\ufffd",
                "a',b",
                "a".repeat(256),
                "'".repeat(256),
                "%".repeat(256),
                "日".repeat(256),
                "😀".repeat(128));
    }

    @ParameterizedTest
    @MethodSource("oddIds")
    void keepsInstancesOfOddIds(String id) {
        InstanceId.check(id);
        written("neighbour", new RowChange.InsertInstance(pending("neighbour")));
        Partition neighbour = store.load("neighbour");
        String etag = written(
                id,
                new RowChange.InsertInstance(pending(id)),
                new RowChange.InsertGate(new Gate("e", false)),
                new RowChange.InsertInbox(inboxRow("k", 1, new InboxItem.Resume(null))),
                new RowChange.InsertJournal(new JournalRow(new ExecutionKey(id, "e", 0), 0, "[]")),
                new RowChange.InsertReceipt(new Receipt(id, "k", "e")));
        assertThat(store.findRow(id)).contains(new Versioned<>(pending(id), etag));
        assertThat(store.findReceipt(id, "k")).contains(new Receipt(id, "k", "e"));
        assertThat(store.write(id, List.of(new RowChange.InsertInstance(pending(id)))))
                .isInstanceOf(Conflict.class);

        assertThat(store.loadWithoutJournal(id).inbox()).hasSize(1);
        written(id, new RowChange.TouchGate("e", null), new RowChange.DeleteInbox("e", "k"));

        String next = written(
                id,
                new RowChange.ReplaceInstance(pending(id), etag),
                new RowChange.DeleteGate(
                        "e", store.load(id).gate("e").orElseThrow().etag()));
        Partition partition = store.load(id);
        assertThat(partition.gates()).isEmpty();
        assertThat(partition.inbox()).isEmpty();
        assertThat(partition.instance()).contains(new Versioned<>(pending(id), next));
        assertThat(partition.journal()).containsExactly(new JournalRow(new ExecutionKey(id, "e", 0), 0, "[]"));
        assertThat(store.load("neighbour")).isEqualTo(neighbour);
    }

    // What the tests are made of

    private String written(RowChange... changes) {
        return written(ID, changes);
    }

    private String written(String id, RowChange... changes) {
        WriteOutcome outcome = store.write(id, List.of(changes));
        assertThat(outcome).isInstanceOf(Written.class);
        return ((Written) outcome).instanceEtag();
    }

    private Written write(RowChange... changes) {
        WriteOutcome outcome = store.write(ID, List.of(changes));
        assertThat(outcome).isInstanceOf(Written.class);
        return (Written) outcome;
    }

    private void conflict(RowChange... changes) {
        assertThat(store.write(ID, List.of(changes))).isEqualTo(new Conflict());
    }

    private void refused(Stream<? extends RowChange> changes) {
        List<RowChange> list = changes.<RowChange>map(change -> change).toList();
        assertThatIllegalArgumentException().isThrownBy(() -> store.write(ID, list));
        assertThat(store.load(ID)).isEqualTo(NOTHING);
    }

    private String gateEtag(String executionId) {
        return store.load(ID).gate(executionId).orElseThrow().etag();
    }

    private String gateEtag(RowChange change) {
        return write(change).gateEtag();
    }

    private Versioned<Gate> gate(String executionId) {
        return store.load(ID).gate(executionId).orElseThrow();
    }

    private List<InboxRow> inbox() {
        return store.loadWithoutJournal(ID).inbox().stream()
                .map(InboxEntry::row)
                .toList();
    }

    private static InboxRow inboxRow(String key, long sequence, InboxItem item) {
        return new InboxRow("e", key, sequence, item);
    }

    /** A key as a sender makes it. */
    private static String key(int number) {
        return String.format("%020d-x", number);
    }

    private static Stream<RowChange> journalInserts(int rows, String events) {
        return IntStream.range(0, rows).mapToObj(number -> new RowChange.InsertJournal(journalRow(number, events)));
    }

    private static JournalRow journalRow(int number, String events) {
        return new JournalRow(new ExecutionKey(ID, "e", 0), number, events);
    }

    private static InstanceRow pending(String id) {
        return pending(id, null);
    }

    private static InstanceRow pending(String id, @Nullable Payload input) {
        return InstanceRow.pending(new ExecutionKey(id, "e", 0), "Order", null, input, NOW, "c1");
    }
}
