package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.orchestration.ParentInstance;
import dev.soliton.store.InstanceCatalog.Detail;
import dev.soliton.store.InstanceCatalog.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every catalog does. */
public abstract class InstanceCatalogContract {
    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00.123456Z");
    private static final Set<Detail> ALL = EnumSet.allOf(Detail.class);

    @SuppressWarnings("NullAway.Init")
    private InstanceStore store;

    @SuppressWarnings("NullAway.Init")
    private InstanceCatalog catalog;

    /** An empty store. */
    protected abstract InstanceStore emptyStore();

    /** The catalog of that store. */
    protected abstract InstanceCatalog catalogOf(InstanceStore of);

    @BeforeEach
    void setUp() {
        store = emptyStore();
        catalog = catalogOf(store);
    }

    private static final WaitingFor WAITING =
            new WaitingFor(List.of("approve"), List.of(NOW), List.of(), List.of(), 3, 70, false);

    private static InstanceRow row(String id, RuntimeStatus status, Instant createdAt) {
        return new InstanceRow(
                new ExecutionKey(id, "e-" + id.length(), 3),
                "Order",
                new ParentTask(new ExecutionKey("p", "p", 0), 0),
                status,
                new Ownership("worker-1", "nonce", 7, 0),
                new InstanceRow.Values(
                        new Payload.Inline("{\"in\":1}"),
                        new Payload.Stored("folder/out.json"),
                        new Payload.Inline("\"failure\""),
                        "\"" + "s".repeat(70_000) + "\"",
                        "why",
                        WAITING),
                new InstanceRow.Progress(4, 5, NOW, 6),
                createdAt,
                createdAt.plusSeconds(1),
                "commit");
    }

    private void insert(InstanceRow row) {
        String id = row.key().instanceId();
        assertThat(store.write(
                        id,
                        List.of(
                                new RowChange.InsertInstance(row),
                                new RowChange.InsertGate(new Gate("e", false)),
                                new RowChange.InsertInbox(new InboxRow("e", "k", 1, new InboxItem.Resume(null))),
                                new RowChange.InsertJournal(new JournalRow(new ExecutionKey(id, "e", 0), 0, "[]")),
                                new RowChange.InsertReceipt(new Receipt(id, "k", "e")))))
                .isInstanceOf(WriteOutcome.Written.class);
    }

    private void insert(String... ids) {
        Stream.of(ids).forEach(id -> insert(row(id, RuntimeStatus.RUNNING, NOW)));
    }

    private List<CatalogEntry> all(InstanceFilter filter, int limit, Set<Detail> details) {
        List<CatalogEntry> entries = new ArrayList<>();
        String continuation = null;
        do {
            Page page = catalog.read(filter, limit, details, continuation);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            entries.addAll(page.entries());
            continuation = page.continuation();
        } while (continuation != null);
        return entries;
    }

    private List<String> ids(InstanceFilter filter, int limit) {
        return all(filter, limit, Set.of()).stream()
                .map(entry -> entry.key().instanceId())
                .toList();
    }

    private static InstanceFilter prefix(String prefix) {
        return new InstanceFilter(Set.of(), null, null, prefix);
    }

    private static InstanceFilter created(@Nullable Instant from, @Nullable Instant before) {
        return new InstanceFilter(Set.of(), from, before, "");
    }

    private static InstanceFilter unchangedSince(Instant time) {
        return new InstanceFilter(Set.of(), null, null, "", time);
    }

    @Test
    void hasNothingWhereNothingWasWritten() {
        assertThat(catalog.read(InstanceFilter.ALL, 10, ALL, null)).isEqualTo(new Page(List.of(), null));
    }

    @Test
    void showsAnInstanceAsItWasWritten() {
        InstanceRow row = row("x", RuntimeStatus.FAILED, NOW);
        insert(row);
        InstanceRow.Values values = row.values();
        assertThat(all(InstanceFilter.ALL, 10, ALL))
                .containsExactly(new CatalogEntry(
                        "Order",
                        row.key(),
                        RuntimeStatus.FAILED,
                        "worker-1",
                        values.input(),
                        values.output(),
                        values.customStatus(),
                        "why",
                        NOW,
                        NOW.plusSeconds(1),
                        null,
                        new ParentInstance("p", "p"),
                        WAITING,
                        6));
    }

    @Test
    void showsWhatIsMissingAsMissing() {
        insert(InstanceRow.pending(new ExecutionKey("x", "e", 0), "Job", null, null, NOW, "c"));
        assertThat(all(InstanceFilter.ALL, 10, ALL))
                .containsExactly(new CatalogEntry(
                        "Job",
                        new ExecutionKey("x", "e", 0),
                        RuntimeStatus.PENDING,
                        null,
                        null,
                        null,
                        null,
                        null,
                        NOW,
                        NOW));
    }

    @Test
    void showsThoseThatRunAVersionOfTheCode() {
        for (int version = 1; version <= 3; version++) {
            InstanceRow row = InstanceRow.pending(new ExecutionKey("v" + version, "e", 0), "Job", null, null, NOW, "c");
            insert(row.at(0, new InstanceRow.Progress(0, 0, null, version)));
        }
        insert("none");
        assertThat(ids(new InstanceFilter(Set.of(), null, null, "", null, null, null, 2, Set.of()), 10))
                .containsExactly("v2");
    }

    @ParameterizedTest
    @EnumSource
    void leavesOutTheDetailThatIsNotAskedFor(Detail detail) {
        insert("x");
        CatalogEntry entry = all(InstanceFilter.ALL, 10, Set.of(detail)).get(0);
        assertThat(entry.input() != null).isEqualTo(detail == Detail.INPUT);
        assertThat(entry.output() != null).isEqualTo(detail == Detail.OUTPUT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1_000})
    void showsEachInstanceOnceHoweverLongThePages(int limit) {
        String[] ids = IntStream.range(0, 7).mapToObj(i -> "a;b " + i).toArray(String[]::new);
        insert(ids);
        assertThat(ids(InstanceFilter.ALL, limit)).containsExactlyInAnyOrder(ids);
    }

    @Test
    void goesOnAfterAnInstanceThatIsGone() {
        insert("a", "b", "c");
        Page first = catalog.read(InstanceFilter.ALL, 1, ALL, null);
        insert("d");
        List<String> rest = new ArrayList<>();
        String continuation = first.continuation();
        while (continuation != null) {
            Page page = catalog.read(InstanceFilter.ALL, 1, ALL, continuation);
            page.entries().forEach(entry -> rest.add(entry.key().instanceId()));
            continuation = page.continuation();
        }
        assertThat(rest).contains("b", "c").doesNotContain("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a;b", "%%%"})
    void refusesAContinuationThatItNeverGave(String continuation) {
        insert("a");
        assertThatExceptionOfType(InvalidContinuationException.class)
                .isThrownBy(() -> catalog.read(InstanceFilter.ALL, 1, ALL, continuation));
    }

    @ParameterizedTest
    @EnumSource
    void findsInstancesByStatus(RuntimeStatus status) {
        for (RuntimeStatus each : RuntimeStatus.values()) {
            insert(row(each.name(), each, NOW));
        }
        assertThat(ids(new InstanceFilter(Set.of(status), null, null, ""), 10)).containsExactly(status.name());
        Set<RuntimeStatus> two = EnumSet.of(status, RuntimeStatus.PENDING);
        assertThat(ids(new InstanceFilter(two, null, null, ""), 1))
                .containsExactlyInAnyOrderElementsOf(
                        two.stream().map(RuntimeStatus::name).toList());
    }

    @Test
    void findsInstancesByTheTimeOfTheirCreation() {
        insert(row("a", RuntimeStatus.RUNNING, NOW.minusNanos(1_000)));
        insert(row("b", RuntimeStatus.RUNNING, NOW));
        insert(row("c", RuntimeStatus.RUNNING, NOW.plusNanos(1_000)));
        assertThat(ids(created(NOW, null), 10)).containsExactlyInAnyOrder("b", "c");
        assertThat(ids(created(null, NOW), 10)).containsExactly("a");
        assertThat(ids(created(NOW, NOW.plusNanos(1)), 10)).containsExactly("b");
        assertThat(ids(created(NOW.plusNanos(1), NOW.plusNanos(1_001)), 10)).containsExactly("c");
        assertThat(ids(created(Instant.MIN, Instant.MAX), 10)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(ids(created(Instant.MAX, null), 10)).isEmpty();
        assertThat(ids(created(null, Instant.MIN), 10)).isEmpty();
    }

    @Test
    void findsInstancesByTheTimeOfTheirLastChange() {
        insert(row("a", RuntimeStatus.COMPLETED, NOW.minusNanos(1_000)));
        insert(row("b", RuntimeStatus.COMPLETED, NOW));
        insert(row("c", RuntimeStatus.COMPLETED, NOW.plusNanos(1_000)));
        Instant change = NOW.plusSeconds(1); // of b
        assertThat(ids(unchangedSince(change), 1)).containsExactly("a");
        assertThat(ids(unchangedSince(change.plusNanos(1)), 1)).containsExactlyInAnyOrder("a", "b");
        assertThat(ids(unchangedSince(change.minusNanos(1_000)), 1)).isEmpty();
        assertThat(ids(unchangedSince(Instant.MAX), 10)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(ids(unchangedSince(Instant.MIN), 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a'",
                "a'b\"c",
                "a%2F",
                "a b",
                "a+b&c=d",
                "a|b",
                "~",
                ".",
                "日本",
                "\ud7ff",
                "🌊",
                "\udbff\udffd",
                "\uffee",
                "a\uffdc",
                "\u2027",
                "a{b}",
                "' or RowKey ne '"
            })
    void findsInstancesByHowTheirIdsBegin(String prefix) {
        List<String> with = Stream.of("x", "", "\u00a0", "\ud7ff", "🌊", "\uffee", "\udbff\udffd", "'")
                .map(end -> prefix + end)
                .filter(id -> !id.equals("."))
                .toList();
        List<String> without = Stream.of(
                        "0", "b", "B", "A", "zz", "é", "\ud7fe", "\ue000", "🌋", "\uffe0", "日", "\udbff\udffc", "a")
                .filter(id -> !id.startsWith(prefix))
                .toList();
        insert(with.toArray(String[]::new));
        insert(without.toArray(String[]::new));
        assertThat(ids(prefix(prefix), 3)).containsExactlyInAnyOrderElementsOf(with);
    }

    @Test
    void listsWhatIsLeftOfExecutionsAndWhatRemovesIt() {
        assertThat(catalog.purgeableRows("x'")).isEmpty();
        insert("x'", "x");
        store.write(
                "x'",
                List.of(
                        new RowChange.InsertGate(new Gate("tombstoned", true)),
                        new RowChange.InsertJournal(new JournalRow(new ExecutionKey("x'", "e2", 7), 12, "[]")),
                        new RowChange.InsertInbox(new InboxRow("e2", "id-a|b", 1, new InboxItem.Resume(null))),
                        new RowChange.InsertReceipt(new Receipt("x'", "event|e2|f", "e2"))));
        List<PurgeableRow> remnants = catalog.purgeableRows("x'");
        assertThat(remnants)
                .extracting(PurgeableRow::executionId)
                .containsExactlyInAnyOrder("e", "e", "e", "e2", "e2", "e2", "tombstoned");
        List<RowChange> removals = remnants.stream().map(PurgeableRow::removal).toList();
        assertThat(removals)
                .contains(
                        new RowChange.DeleteInbox("e", "k"),
                        new RowChange.DeleteInbox("e2", "id-a|b"),
                        new RowChange.DeleteJournal(new ExecutionKey("x'", "e2", 7), 12),
                        new RowChange.DeleteReceipt("k"),
                        new RowChange.DeleteReceipt("event|e2|f"));
        assertThat(store.write("x'", removals)).isInstanceOf(WriteOutcome.Written.class);
        assertThat(catalog.purgeableRows("x'")).isEmpty();
        assertThat(store.loadWithoutJournal("x'").gates()).hasSize(1);
        assertThat(store.findRow("x'")).isPresent();
        assertThat(catalog.purgeableRows("x")).hasSize(3);
    }

    @Test
    void filtersByAllThatIsGiven() {
        insert(row("a1", RuntimeStatus.COMPLETED, NOW));
        insert(row("a2", RuntimeStatus.COMPLETED, NOW.plusSeconds(9)));
        insert(row("a3", RuntimeStatus.FAILED, NOW));
        insert(row("b1", RuntimeStatus.COMPLETED, NOW));
        assertThat(ids(new InstanceFilter(Set.of(RuntimeStatus.COMPLETED), NOW, NOW.plusSeconds(1), "a"), 10))
                .containsExactly("a1");
    }
}
