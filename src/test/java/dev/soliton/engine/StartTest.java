package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_ANSWER;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.OutcomeUnknownException;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartOutcome.Rejected;
import dev.soliton.client.StartOutcome.Started;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The start of an instance, with each call to the storage failing in each way. */
final class StartTest {
    private static final StartRequest JOB = new StartRequest("Job", "job-1", "\"input\"");

    private final EngineFixture hub = new EngineFixture();
    private final FaultyInstanceStore faulty = new FaultyInstanceStore(hub.instances);
    private final OrchestrationClient client = hub.client(hub.storage(faulty));

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> context -> context.getInput(String.class));
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void freshIdIsStartedWithOneReadAndOneWrite() {
        StartOutcome outcome = client.start(JOB);
        assertThat(outcome).isInstanceOf(Started.class);
        assertThat(faulty.calls()).containsExactly("find", "write");
        assertThat(hub.queue.messages()).hasSize(1);
        Instance instance = client.status("job-1", true).orElseThrow();
        assertThat(instance.status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(instance.input()).isEqualTo("\"input\"");
        assertThat(instance.executionId()).isEqualTo(((Started) outcome).executionId());
    }

    @Test
    void randomIdIsStartedWithoutARead() {
        assertThat(client.start(new StartRequest("Job", null, null))).isInstanceOf(Started.class);
        assertThat(faulty.calls()).containsExactly("write");
    }

    @Test
    void takenIdIsRejectedWithOneReadAndTheHoldersStatus() {
        Started first = (Started) client.start(JOB);
        faulty.calls().clear();
        StartOutcome second = client.start(JOB);
        assertThat(second).isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(
                        rejected.holder().executionId())
                .isEqualTo(first.executionId()));
        assertThat(faulty.calls()).containsExactly("find");
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void finishedInstanceKeepsItsId() {
        client.start(JOB);
        hub.drain(hub.worker());
        assertThat(client.start(JOB)).isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(
                        rejected.holder().status())
                .isEqualTo(RuntimeStatus.COMPLETED));
    }

    @Test
    void loserOfTheInsertIsRejectedAndTakesItsMessageBack() {
        faulty.beforeNext("write", () -> hub.client.start(JOB));
        assertThat(client.start(JOB)).isInstanceOf(Rejected.class);
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void unknownOrchestratorTouchesNothing() {
        assertThat(client.start(new StartRequest("Nobody", "x", null)))
                .isEqualTo(new StartOutcome.UnknownOrchestrator("Nobody"));
        assertThat(faulty.calls()).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    /** An older version of the app is asked again, after a rollback say. */
    @Test
    void repeatedStartGetsTheFirstAnswerWhereItsOrchestratorIsUnknown() {
        StartOptions once = StartOptions.DEFAULT.withIdempotencyKey("once");
        StartRequest request = new StartRequest("Job", "x", null, once);
        StartOutcome started = client.start(request);
        assertThat(started).isInstanceOf(Started.class);
        OrchestrationClient older = new OrchestrationClient(
                hub.storage,
                new InMemoryInstanceCatalog(hub.instances),
                new Registry(),
                hub.clock,
                () -> "other",
                hub.waits());
        assertThat(older.start(request)).isEqualTo(started);
        StartRequest raised = new StartRequest("Job", "y", null, once);
        StartOutcome raisedFirst = client.raiseOrStart(raised, "go", null, null);
        assertThat(older.raiseOrStart(raised, "go", null, null)).isEqualTo(raisedFirst);
        assertThat(older.start(new StartRequest("Job", "x", null, StartOptions.DEFAULT.withIdempotencyKey("twice"))))
                .isEqualTo(new StartOutcome.UnknownOrchestrator("Job"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a\\b", "a#b", "a?b", "@a", ".", "..", "a\u0000b", "a\u007fb", "a\ud800b"})
    void impossibleIdTouchesNothing(String id) {
        assertThatThrownBy(() -> client.start(new StartRequest("Job", id, null)))
                .isInstanceOf(InvalidInstanceIdException.class);
        assertThat(faulty.calls()).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void idHasAtMost256Characters() {
        assertThat(client.start(new StartRequest("Job", "x".repeat(256), null))).isInstanceOf(Started.class);
        assertThatThrownBy(() -> client.start(new StartRequest("Job", "x".repeat(257), null)))
                .isInstanceOf(InvalidInstanceIdException.class)
                .hasMessageContaining("256");
    }

    @Test
    void oversizeInputTouchesNothing() {
        assertThatThrownBy(() -> client.start(new StartRequest("Job", "x", "\"" + "x".repeat(17 << 20) + "\"")))
                .isInstanceOf(PayloadTooLargeException.class)
                .hasMessageContaining("16777216");
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void winnerWhoseAnswerWasLostLearnsThatItWon() {
        faulty.plan(NONE, LOST_ANSWER);
        Started started = (Started) client.start(JOB);
        assertThat(faulty.calls()).containsExactly("find", "write", "findAnswer");
        assertThat(client.status("job-1", false).orElseThrow().executionId()).isEqualTo(started.executionId());
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void winnerWhoseReceiptIsReadAtTheSecondTryLearnsThatItWon() {
        faulty.plan(NONE, LOST_ANSWER, LOST_REQUEST);
        assertThat(client.start(JOB)).isInstanceOf(Started.class);
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void winnerWhoseInstanceHasEndedMeanwhileLearnsThatItWon() {
        faulty.plan(NONE, LOST_ANSWER);
        faulty.beforeNext("findAnswer", () -> hub.drain(hub.worker()));
        Started started = (Started) client.start(JOB);
        assertThat(client.status("job-1", false).orElseThrow())
                .satisfies(instance -> assertThat(instance.status()).isEqualTo(RuntimeStatus.COMPLETED))
                .satisfies(instance -> assertThat(instance.executionId()).isEqualTo(started.executionId()));
    }

    @Test
    void startWhoseInsertDidNotArriveIsSentAgain() {
        faulty.plan(NONE, LOST_REQUEST);
        assertThat(client.start(JOB)).isInstanceOf(Started.class);
        hub.drain(hub.worker());
        assertThat(client.status("job-1", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void loserWhoseInsertMayStillArriveWritesItsTombstoneBeforeItIsRefused() {
        faulty.plan(NONE, LOST_REQUEST);
        List<StartOutcome> other = new ArrayList<>();
        faulty.beforeNext("findAnswer", () -> other.add(hub.client.start(JOB)));
        StartOutcome outcome = client.start(JOB);
        Started winner = (Started) other.get(0);
        assertThat(outcome).isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(
                        rejected.holder().executionId())
                .isEqualTo(winner.executionId()));
        assertThat(hub.instances.load("job-1").gates())
                .extracting(gate -> gate.row().tombstone())
                .containsExactlyInAnyOrder(true, false);
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void startThatWasWrittenAfterAllIsNotTakenForALoser() {
        // The insert arrives, its answer and the first read-back get lost, and the row is there: whose is it?
        faulty.plan(NONE, LOST_ANSWER, LOST_REQUEST, LOST_REQUEST, NONE);
        assertThat(client.start(JOB)).isInstanceOf(Started.class);
    }

    @Test
    void startWhoseOutcomeIsUnknownSaysSoAndKeepsItsMessage() {
        faulty.plan(NONE, LOST_ANSWER, LOST_REQUEST, LOST_REQUEST, LOST_REQUEST, LOST_REQUEST, LOST_REQUEST);
        assertThatThrownBy(() -> client.start(JOB))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("at most one");
        hub.drain(hub.worker());
        assertThat(client.status("job-1", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void storageThatFailsBeforeAnythingIsWrittenIsReported() {
        faulty.plan(LOST_REQUEST);
        assertThatThrownBy(() -> client.start(JOB)).isInstanceOf(StorageException.class);
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void starterThatSleptUntilItsTombstoneWasWrittenStartsAgain() {
        // Between message and insert so much time passes that a worker gives the start up.
        faulty.beforeNext("write", () -> hub.drain(hub.worker()));
        assertThat(client.start(JOB)).isInstanceOf(Started.class);
        assertThat(hub.queue.messages()).hasSize(1);
        hub.drain(hub.worker());
        assertThat(client.status("job-1", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void starterThatDiesBeforeItsInsertLeavesTheIdFree() {
        faulty.plan(NONE, LOST_REQUEST, LOST_REQUEST, LOST_REQUEST, LOST_REQUEST, LOST_REQUEST, LOST_REQUEST);
        assertThatThrownBy(() -> client.start(JOB)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(client.status("job-1", false)).isEmpty();

        Started second = (Started) hub.client.start(JOB);
        hub.drain(hub.worker());
        assertThat(hub.queue.messages()).isEmpty();
        assertThat(client.status("job-1", false).orElseThrow())
                .satisfies(instance -> assertThat(instance.executionId()).isEqualTo(second.executionId()))
                .satisfies(instance -> assertThat(instance.status()).isEqualTo(RuntimeStatus.COMPLETED));
    }

    @Test
    void messageThatComesBeforeItsRowWaitsForIt() {
        List<TurnOutcome> outcomes = new ArrayList<>();
        faulty.beforeNext("write", () -> {
            InMemoryWorkQueue.Delivery early = hub.queue.receive().orElseThrow();
            outcomes.add(hub.worker().process(early.message(), hub.log));
            hub.queue.delete(early);
        });
        client.start(JOB);
        assertThat(outcomes).containsExactly(TurnOutcome.REQUEUED);
        hub.drain(hub.worker());
        assertThat(client.status("job-1", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void messagesOfStartsThatLostDoNotKeepTheOneThatWonFromRunning() {
        // The loser cannot take its message back: a worker has received it, and is in the middle of looking at it.
        client.start(JOB);
        WorkMessage lost = WorkMessage.start("job-1", "lost", WorkMessage.Base.NO_ROW);
        FaultyInstanceStore slow = new FaultyInstanceStore(hub.instances);
        Engine worker = hub.worker(store -> slow);
        InMemoryWorkQueue.Delivery won = hub.queue.receive().orElseThrow();
        List<TurnOutcome> outcomes = new ArrayList<>();
        slow.beforeNext("write", () -> outcomes.add(worker.process(won.message(), hub.log)));
        outcomes.add(worker.process(lost, hub.log));
        assertThat(outcomes).containsExactly(TurnOutcome.ENDED, TurnOutcome.DROPPED);
    }

    @Test
    void ofManyStartsAtOnceExactlyOneWins() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            for (int round = 0; round < 50; round++) {
                StartRequest request = new StartRequest("Job", "round-" + round, null);
                List<Callable<StartOutcome>> starts = new ArrayList<>();
                for (int caller = 0; caller < 16; caller++) {
                    starts.add(() -> hub.client.start(request));
                }
                List<StartOutcome> outcomes = new ArrayList<>();
                for (Future<StartOutcome> outcome : callers.invokeAll(starts)) {
                    outcomes.add(outcome.get());
                }
                Started winner = (Started) outcomes.stream()
                        .filter(Started.class::isInstance)
                        .findFirst()
                        .orElseThrow();
                outcomes.remove(winner);
                assertThat(outcomes).hasSize(15).allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(Rejected.class, rejected -> assertThat(
                                        rejected.holder().executionId())
                                .isEqualTo(winner.executionId())));
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(hub.queue.messages()).hasSize(50);
    }
}
