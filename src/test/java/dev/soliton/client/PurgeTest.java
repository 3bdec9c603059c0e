package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.client.PurgeOutcome.NotFinished;
import dev.soliton.client.PurgeOutcome.NotFound;
import dev.soliton.client.PurgeOutcome.Purged;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.FaultyInstanceStore.Crash;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Payloads;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Purges, whatever becomes of the storage's answers and of the instance meanwhile. */
final class PurgeTest {
    private static final String LARGE = "\"" + "x".repeat(Payloads.INLINE_LIMIT) + "\"";

    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    private static InboxRow late(String executionId, int number) {
        return new InboxRow(executionId, "late-" + number, number, new InboxItem.Resume(null));
    }

    /** An instance that ran with all that one can leave. */
    private void ended(String executionId) {
        hub.begin("x", executionId);
        client.raiseEvent("x", "go", LARGE, "id");
        hub.become("x", RuntimeStatus.COMPLETED);
        hub.write(
                "x",
                new RowChange.InsertReceipt(new Receipt("x", executionId, executionId)),
                new RowChange.InsertInbox(late(executionId, 0)),
                new RowChange.InsertJournal(new JournalRow(new ExecutionKey("x", executionId, 0), 0, "[]")),
                new RowChange.InsertJournal(new JournalRow(new ExecutionKey("x", executionId, 1), 0, "[]")));
        hub.clock.advance(Purge.SHORT_RECEIPT_AGE);
    }

    private void assertNothingIsLeft() {
        assertThat(hub.rows.findRow("x")).isEmpty();
        assertThat(hub.rows.remnants("x")).isEmpty();
        assertThat(hub.payloads.names()).isEmpty();
    }

    @Test
    void endedInstanceIsGoneWithAllThatItLeft() {
        ended("e1");
        assertThat(client.purge("x")).isEqualTo(new Purged());
        assertNothingIsLeft();
        assertThat(hub.rows.loadWithoutJournal("x").gates()).isEmpty();
        assertThat(client.purge("x")).isEqualTo(new NotFound());
    }

    /** Whose clock is behind takes the time of the service, which all share; and the purge waits until that has gone on. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2_999})
    void fenceDoesNotGoBackWhenAnIdIsPurgedAndStartedAgain(long ahead) {
        Instant started = hub.clock.instant();
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.COMPLETED);
        long fence = started.toEpochMilli() + ahead;
        hub.refence("x", fence);
        assertThat(client.purge("x")).isEqualTo(new Purged());
        assertThat(hub.clock.instant().toEpochMilli() - fence)
                .isGreaterThanOrEqualTo(3 * InstanceStore.CLOCK_ERROR.toMillis());
        hub.registry.orchestrator("Job", () -> context -> null);
        client.start(new StartRequest("Job", "x", null));
        assertThat(hub.rows.findRow("x").orElseThrow().row().ownership().fence())
                .isGreaterThan(fence);
    }

    /** A row that was edited, or one of an older version, whose fences began at the clocks of processes. */
    @Test
    void fenceThatIsFarAheadDoesNotHoldUpAPurge() {
        Instant started = hub.clock.instant();
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.COMPLETED);
        hub.refence("x", started.plus(Duration.ofDays(1)).toEpochMilli());
        assertThat(client.purge("x")).isEqualTo(new Purged());
        assertThat(Duration.between(started, hub.clock.instant())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void rowsOfMoreThanOneTransactionAreRemoved() {
        ended("e1");
        IntStream.rangeClosed(1, 250).forEach(i -> hub.write("x", new RowChange.InsertInbox(late("e1", i))));
        client.purge("x");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = RuntimeStatus.class,
            names = {"PENDING", "RUNNING", "SUSPENDED"})
    void livingInstanceIsLeftAlone(RuntimeStatus status) {
        hub.begin("x", "e1");
        client.raiseEvent("x", "go", LARGE, "id");
        hub.become("x", status);
        assertThat(client.purge("x")).isInstanceOfSatisfying(NotFinished.class, holder -> assertThat(
                        holder.instance().status())
                .isEqualTo(status));
        assertThat(hub.inboxOf("x")).hasSize(1);
        assertThat(hub.payloads.names()).hasSize(1);
    }

    @Test
    void endedInstanceThatSomebodyStillOwnsIsLeftAlone() {
        ended("e1");
        hub.own("x", "worker-1");
        assertThat(client.purge("x")).isInstanceOf(NotFinished.class);
        assertThat(client.purge(InstanceFilter.ALL)).isEqualTo(new PurgeSummary(0, true));
        assertThat(hub.rows.remnants("x")).hasSize(6);
    }

    @Test
    void successorThatBeginsWhileTheRestIsRemovedIsLeftWhole() {
        ended("e1");
        hub.store.plan(Fault.NONE, Fault.NONE);
        hub.store.beforeNext(
                "write",
                () -> hub.store.beforeNext("write", () -> {
                    hub.begin("x", "e2");
                    client.raiseEvent("x", "go", LARGE, "id");
                    hub.write(
                            "x", new RowChange.InsertJournal(new JournalRow(new ExecutionKey("x", "e2", 0), 0, "[]")));
                }));
        assertThat(client.purge("x")).isEqualTo(new Purged());
        assertThat(hub.rows.remnants("x")).hasSize(3).allSatisfy(row -> assertThat(row.executionId())
                .isEqualTo("e2"));
        assertThat(hub.rows.loadWithoutJournal("x").gate("e2")).isPresent();
        assertThat(hub.payloads.names()).hasSize(1);
    }

    @Test
    void instanceThatIsStartedAgainBeforeItsRowIsRemovedIsLeftAlone() {
        ended("e1");
        hub.store.beforeNext("write", () -> {
            hub.rows.purge("x");
            hub.begin("x", "e2");
        });
        assertThat(client.purge("x")).isInstanceOfSatisfying(NotFinished.class, holder -> assertThat(
                        holder.instance().executionId())
                .isEqualTo("e2"));
        assertThat(hub.rows.loadWithoutJournal("x").gate("e2")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"LOST_REQUEST, LOST_REQUEST", "LOST_ANSWER, NONE", "LOST_REQUEST, LOST_ANSWER"})
    void purgeWhoseAnswerIsLostIsReportedAsWhatItWas(Fault first, Fault second) {
        ended("e1");
        hub.store.plan(Fault.NONE, first, Fault.NONE, second);
        assertThat(client.purge("x")).isEqualTo(new Purged());
        assertNothingIsLeft();
    }

    @Test
    void purgeThatGetsNoAnswerSaysSo() {
        ended("e1");
        for (int attempt = 0; attempt < 5; attempt++) {
            hub.store.plan(Fault.NONE, Fault.LOST_REQUEST);
        }
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> client.purge("x"));
        assertThat(client.purge("x")).isEqualTo(new Purged());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void purgeThatDiesIsFinishedByTheNext(int writes) {
        ended("e1");
        hub.store.plan(Fault.NONE);
        IntStream.range(1, writes).forEach(i -> hub.store.plan(Fault.NONE));
        hub.store.plan(Fault.CRASH);
        assertThatExceptionOfType(Crash.class).isThrownBy(() -> client.purge("x"));
        assertThat(client.purge("x")).isEqualTo(writes == 1 ? new Purged() : new NotFound());
        assertNothingIsLeft();
    }

    @Test
    void rowsThatCannotBeRemovedAreLeftToTheNextPurge() {
        ended("e1");
        hub.store.plan(Fault.NONE, Fault.NONE, Fault.LOST_REQUEST);
        assertThat(client.purge("x")).isEqualTo(new Purged());
        assertThat(hub.rows.remnants("x")).isNotEmpty();
        assertThat(client.purge("x")).isEqualTo(new NotFound());
        assertNothingIsLeft();
    }

    @Test
    void rowsThatAnotherPurgeRemovesAreNoObstacle() {
        ended("e1");
        hub.store.beforeNext(
                "write",
                () -> hub.store.beforeNext("write", () -> hub.write("x", new RowChange.DeleteInbox("e1", "late-0"))));
        client.purge("x");
        assertNothingIsLeft();
    }

    @Test
    void receiptsAndTombstonesStayForADay() {
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.COMPLETED);
        hub.clock.advance(Duration.ofMinutes(1));
        RowChange own = new RowChange.InsertReceipt(new Receipt("x", "e1", "e1"));
        RowChange repeatable = new RowChange.InsertReceipt(new Receipt("x", "start|k", "e1"));
        hub.write("x", own, repeatable, new RowChange.InsertGate(new Gate("lost", true)));
        client.purge("x");
        assertThat(hub.rows.remnants("x")).hasSize(3);
        hub.clock.advance(Purge.SHORT_RECEIPT_AGE);
        client.purge("x");
        assertThat(hub.rows.remnants("x")).hasSize(2);
        hub.clock.advance(Purge.RECEIPT_AGE.minus(Purge.SHORT_RECEIPT_AGE).minusNanos(1_000));
        client.purge("x");
        assertThat(hub.rows.remnants("x")).hasSize(2);
        hub.clock.advance(Duration.ofMillis(1));
        client.purge("x");
        assertThat(hub.rows.remnants("x")).isEmpty();
        assertThat(hub.rows.loadWithoutJournal("x").gates()).isEmpty();
    }

    @Test
    void manyArePurgedPageByPage() {
        IntStream.range(0, 5).forEach(i -> hub.begin("x" + i, "e" + i));
        for (String id : List.of("x0", "x2", "x4")) {
            hub.become(id, RuntimeStatus.FAILED);
        }
        hub.catalog.seeAtOnce(2);
        assertThat(client.purge(InstanceFilter.ALL)).isEqualTo(new PurgeSummary(3, true));
        assertThat(hub.rows.instances())
                .extracting(row -> row.key().instanceId())
                .containsExactly("x1", "x3");
    }

    @Test
    void instanceThatDoesNotPassTheFilterAnyMoreIsLeftAlone() {
        ended("e1");
        InstanceFilter filter = new InstanceFilter(Set.of(RuntimeStatus.COMPLETED), null, hub.clock.instant(), "");
        hub.store.beforeNext("find", () -> {
            hub.rows.purge("x");
            hub.begin("x", "e2");
            hub.become("x", RuntimeStatus.COMPLETED);
        });
        assertThat(client.purge(filter)).isEqualTo(new PurgeSummary(0, true));
        assertThat(hub.rows.findRow("x")).isPresent();
    }

    @Test
    void rowThatWasEditedByHandDoesNotKeepTheOthersFromBeingPurged() {
        IntStream.range(0, 3).forEach(i -> hub.begin("x" + i, "e" + i));
        IntStream.range(0, 3).forEach(i -> hub.become("x" + i, RuntimeStatus.COMPLETED));
        hub.store.beforeNext("find", () -> {
            throw new UnreadableRowException("x0", "instance", "it has no proper fence", null);
        });
        assertThat(client.purge(InstanceFilter.ALL)).isEqualTo(new PurgeSummary(2, true));
        assertThat(hub.rows.findRow("x0")).isPresent();
    }

    @Test
    void instancesPurgedBeforeTheStorageFailedAreCounted() {
        IntStream.range(0, 3).forEach(i -> hub.begin("x" + i, "e" + i));
        IntStream.range(0, 3).forEach(i -> hub.become("x" + i, RuntimeStatus.COMPLETED));
        hub.store.plan(Fault.NONE, Fault.NONE, Fault.LOST_REQUEST);
        assertThat(client.purge(InstanceFilter.ALL)).isEqualTo(new PurgeSummary(1, false));
        hub.store.plan(Fault.LOST_REQUEST);
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> client.purge(InstanceFilter.ALL));
        assertThat(client.purge(InstanceFilter.ALL)).isEqualTo(new PurgeSummary(2, true));
    }
}
