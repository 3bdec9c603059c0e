package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.StartOutcome.Attached;
import dev.soliton.client.StartOutcome.KeyReused;
import dev.soliton.client.StartOutcome.Rejected;
import dev.soliton.client.StartOutcome.Started;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts by each policy, whatever becomes of the storage's answers and of the holder of the ID meanwhile. */
final class StartPoliciesTest {
    private static final StartOptions REPLACE = StartOptions.DEFAULT.withReuse(ReusePolicy.ALLOW_DUPLICATE);
    private static final StartOptions ATTACH = StartOptions.DEFAULT.withConflict(ConflictPolicy.USE_EXISTING);
    private static final StartOptions KEY = StartOptions.DEFAULT.withIdempotencyKey("k");

    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> context -> null);
        hub.registry.orchestrator("Other", () -> context -> null);
    }

    private static StartRequest request(StartOptions options) {
        return new StartRequest("Job", "x", "1", options);
    }

    private StartOutcome start(StartOptions options) {
        return client.start(request(options));
    }

    private InstanceRow row() {
        return hub.rows.findRow("x").orElseThrow().row();
    }

    private void ended(RuntimeStatus status) {
        hub.begin("x", "e1");
        hub.become("x", status);
    }

    @ParameterizedTest
    @EnumSource(
            value = RuntimeStatus.class,
            names = {"COMPLETED", "FAILED", "TERMINATED"})
    void finishedHolderIsReplacedByAStartWhoseMessageNamesIt(RuntimeStatus status) {
        ended(status);
        String etag = hub.rows.findRow("x").orElseThrow().etag();
        Started started = (Started) start(REPLACE);
        assertThat(row().key()).isEqualTo(new ExecutionKey("x", started.executionId(), 0));
        assertThat(row().status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(hub.rows.loadWithoutJournal("x").gate(started.executionId())).isPresent();
        assertThat(hub.queue.messages())
                .containsExactly(WorkMessage.start("x", started.executionId(), new WorkMessage.Base(etag)));
    }

    @Test
    void fenceIsAboveThatOfTheReplaced() {
        ended(RuntimeStatus.COMPLETED);
        Versioned<InstanceRow> found = hub.rows.findRow("x").orElseThrow();
        long far = found.row().ownership().fence() + 1_000_000;
        InstanceRow further = found.row()
                .changed(
                        RuntimeStatus.COMPLETED,
                        Ownership.unowned(far),
                        found.row().values(),
                        ClientFixture.START,
                        "c");
        hub.write("x", new RowChange.ReplaceInstance(further, found.etag()));
        start(REPLACE);
        assertThat(row().ownership().fence()).isGreaterThan(far);
    }

    @Test
    void ofManyStartsThatReplaceOneWins() throws Exception {
        ended(RuntimeStatus.COMPLETED);
        OrchestrationClient plain = client;
        List<StartOutcome> outcomes = Race.run(8, racer -> plain.start(request(REPLACE)));
        assertThat(outcomes).filteredOn(Started.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Rejected.class::isInstance).hasSize(7);
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void replacementWhoseAnswerIsLostIsReportedAsStarted() {
        ended(RuntimeStatus.COMPLETED);
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        Started started = (Started) start(REPLACE);
        assertThat(row().key().executionId()).isEqualTo(started.executionId());
    }

    @Test
    void endedHolderThatHasAnOwnerIsWaitedFor() {
        ended(RuntimeStatus.COMPLETED);
        hub.own("x", "worker-1");
        hub.onPause(() -> {
            Versioned<InstanceRow> found = hub.rows.findRow("x").orElseThrow();
            InstanceRow row = found.row();
            hub.write(
                    "x",
                    new RowChange.ReplaceInstance(
                            row.changed(
                                    row.status(), row.ownership().released(), row.values(), hub.clock.instant(), "c"),
                            found.etag()));
        });
        assertThat(start(REPLACE)).isInstanceOf(Started.class);
        assertThat(hub.pauses).hasSize(1);
    }

    @Test
    void endedHolderThatIsNotReleasedKeepsItsId() {
        ended(RuntimeStatus.COMPLETED);
        hub.own("x", "worker-1");
        assertThat(start(REPLACE)).isInstanceOf(Rejected.class);
        // Should that worker be dead, somebody else sees to it.
        assertThat(hub.queue.messages()).containsExactly(WorkMessage.wake("x", "e1", null));
    }

    @Test
    void startAttachesToALiveHolderIfThePolicySaysSo() {
        hub.begin("x", "e1");
        assertThat(start(ATTACH)).isEqualTo(new Attached("x", "e1"));
        assertThat(hub.store.calls()).containsExactly("find");
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void holderThatEndsMeanwhileIsReplacedOrRefused() {
        hub.begin("x", "e1");
        hub.store.beforeNext("write", () -> hub.become("x", RuntimeStatus.COMPLETED));
        assertThat(start(ATTACH.withReuse(ReusePolicy.ALLOW_DUPLICATE).withIdempotencyKey("k")))
                .isInstanceOf(Started.class);
    }

    // Idempotency keys

    @Test
    void keyCostsOneReadMore() {
        assertThat(start(KEY)).isInstanceOf(Started.class);
        assertThat(hub.store.calls()).containsExactly("findAnswer", "find", "write");
        hub.store.calls().clear();
        assertThat(start(KEY)).isInstanceOf(Started.class);
        assertThat(hub.store.calls()).containsExactly("findAnswer");
    }

    @Test
    void keyGetsTheFirstAnswerAlsoAfterEndReplacementAndPurge() {
        StartOutcome first = start(KEY);
        assertThat(start(KEY)).isEqualTo(first);
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(start(KEY)).isEqualTo(first);
        assertThat(start(REPLACE)).isNotEqualTo(first);
        assertThat(hub.client().start(request(KEY))).isEqualTo(first);
        hub.become("x", RuntimeStatus.COMPLETED);
        hub.clock.advance(Purge.RECEIPT_AGE.minusSeconds(1));
        assertThat(client.purge("x")).isInstanceOf(PurgeOutcome.Purged.class);
        assertThat(start(KEY)).isEqualTo(first);
        assertThat(hub.rows.findRow("x")).isEmpty();
        hub.clock.advance(Duration.ofSeconds(1));
        client.purge("x");
        assertThat(start(KEY)).isNotEqualTo(first);
    }

    @Test
    void keyOfAnotherInputOrNameIsRefused() {
        start(KEY);
        for (StartRequest other : List.of(
                new StartRequest("Job", "x", "2", KEY),
                new StartRequest("Job", "x", null, KEY),
                new StartRequest("Other", "x", "1", KEY))) {
            assertThat(client.start(other)).isEqualTo(new KeyReused("x"));
        }
        assertThat(client.raiseOrStart(request(KEY), "go", "1", null)).isEqualTo(new KeyReused("x"));
        assertThat(client.start(new StartRequest("Job", "y", "2", KEY))).isInstanceOf(Started.class);
    }

    @Test
    void startsUnderOneKeyAtOnceAreOne() throws Exception {
        List<StartOutcome> outcomes =
                Race.run(8, racer -> hub.client().start(request(KEY.withReuse(ReusePolicy.ALLOW_DUPLICATE))));
        assertThat(outcomes).hasOnlyElementsOfType(Started.class);
        assertThat(outcomes.stream().distinct()).hasSize(1);
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void retryFromAnotherHostAfterALostAnswerGetsTheSameExecution() {
        hub.store.plan(Fault.NONE, Fault.NONE, Fault.LOST_ANSWER);
        for (int call = 0; call < 5; call++) {
            hub.store.plan(Fault.LOST_REQUEST);
        }
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> start(KEY));
        Started retried = (Started) hub.client().start(request(KEY));
        assertThat(row().key().executionId()).isEqualTo(retried.executionId());
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void retryBeforeALateInsertArrivesMakesThatFail() {
        hub.store.plan(Fault.NONE, Fault.NONE, Fault.LATE);
        for (int call = 0; call < 5; call++) {
            hub.store.plan(Fault.LOST_REQUEST);
        }
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> start(KEY));
        Started retried = (Started) hub.client().start(request(KEY));
        assertThat(hub.store.land()).containsExactly(new WriteOutcome.Conflict());
        assertThat(row().key().executionId()).isEqualTo(retried.executionId());
    }

    @Test
    void keyWithoutAnIdMakesTheIdFromItAndTheName() {
        StartRequest job = new StartRequest("Job", null, "1", KEY);
        Started first = (Started) client.start(job);
        assertThat(hub.client().start(job)).isEqualTo(first);
        Started other = (Started) client.start(new StartRequest("Other", null, "1", KEY));
        assertThat(other.instanceId()).isNotEqualTo(first.instanceId());
    }

    @Test
    void attachedUnderAKeyStaysSoAfterTheEnd() {
        hub.begin("x", "e1");
        StartOptions options = ATTACH.withReuse(ReusePolicy.ALLOW_DUPLICATE).withIdempotencyKey("k");
        assertThat(start(options)).isEqualTo(new Attached("x", "e1"));
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(start(options)).isEqualTo(new Attached("x", "e1"));
        assertThat(row().key().executionId()).isEqualTo("e1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOST_REQUEST", "LOST_ANSWER"})
    void attachmentWhoseAnswerIsLostIsMadeOnce(Fault fault) {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.NONE, fault);
        assertThat(start(ATTACH.withIdempotencyKey("k"))).isEqualTo(new Attached("x", "e1"));
        assertThat(hub.rows.remnants("x")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u00e4", "a\nb"})
    void keyThatCannotBeIsRefused(String key) {
        assertThatExceptionOfType(InvalidSignalException.class)
                .isThrownBy(() -> StartOptions.DEFAULT.withIdempotencyKey(key));
    }

    // Events with the start

    private StartOutcome signal(StartOptions options, @Nullable String eventId) {
        return client.raiseOrStart(new StartRequest("Job", "x", null, options), "go", "1", eventId);
    }

    @Test
    void eventAndStartAreOneWrite() {
        Started started = (Started) signal(StartOptions.DEFAULT, "id");
        assertThat(hub.store.calls().stream().filter("write"::equals)).hasSize(1);
        assertThat(hub.inboxOf("x")).containsExactly(new InboxItem.Event("go", new Payload.Inline("1")));
        assertThat(row().values().input()).isNull();
        assertThat(signal(StartOptions.DEFAULT, "id")).isEqualTo(new Attached("x", started.executionId()));
        assertThat(hub.inboxOf("x")).hasSize(1);
    }

    /** Each would prove that the event came in, and neither knows of the other's proof. */
    @Test
    void eventUnderAKeyHasNoIdBesideIt() {
        assertThatExceptionOfType(InvalidSignalException.class)
                .isThrownBy(() -> signal(StartOptions.DEFAULT.withIdempotencyKey("k"), "id"));
        assertThat(hub.store.calls()).isEmpty();
    }

    /**
     * The process dies when it is about to take its message back: whoever receives that has nothing to do with values.
     */
    @Test
    void startThatHasLostRemovesItsValuesBeforeItsMessage() {
        String text = "\"" + "x".repeat(Payloads.INLINE_LIMIT) + "\"";
        hub.store.beforeNext("write", () -> hub.begin("x", "e1"));
        hub.queue.beforeTakeBack(() -> {
            throw new AssertionError("planned: the process died");
        });
        assertThatThrownBy(() -> client.start(new StartRequest("Job", "x", text)))
                .hasMessage("planned: the process died");
        assertThat(hub.payloads.names()).isEmpty();
        assertThat(hub.queue.messages()).hasSize(1);
    }

    @Test
    void eventForAFinishedInstanceReplacesItOnlyIfThatIsAllowed() {
        ended(RuntimeStatus.COMPLETED);
        assertThat(signal(StartOptions.DEFAULT, null)).isInstanceOf(Rejected.class);
        assertThat(signal(REPLACE, null)).isInstanceOf(Started.class);
        assertThat(hub.inboxOf("x")).hasSize(1);
    }

    @Test
    void eventsOfManyCallersAtOnceStartOneInstanceAndAllArrive() throws Exception {
        List<StartOutcome> outcomes = Race.run(8, racer -> signal(StartOptions.DEFAULT, "id " + racer));
        assertThat(outcomes).filteredOn(Started.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Attached.class::isInstance).hasSize(7);
        assertThat(hub.inboxOf("x")).hasSize(8);
    }

    @Test
    void eventUnderAKeyIsRaisedOnceAlsoAfterTheEnd() {
        StartOptions options = REPLACE.withIdempotencyKey("k");
        StartOutcome first = signal(options, null);
        assertThat(signal(options, null)).isEqualTo(first);
        assertThat(hub.inboxOf("x")).hasSize(1);
        StartOptions second = REPLACE.withIdempotencyKey("k2");
        StartOutcome attached = signal(second, null);
        assertThat(attached).isInstanceOf(Attached.class);
        hub.takeIn("x");
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(signal(options, null)).isEqualTo(first);
        assertThat(signal(second, null)).isEqualTo(attached);
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    // Delayed starts

    @ParameterizedTest
    @ValueSource(longs = {1, 86_400 * 6, 86_400 * 6 + 1, 86_400 * 3_650})
    void delayedStartTakesTheIdAtOnceAndHasAMessage(long seconds) {
        Instant startAt = ClientFixture.START.plusSeconds(seconds).plusNanos(1);
        Started started = (Started) start(StartOptions.DEFAULT.withStartAt(startAt));
        Instant kept = ClientFixture.START.plusSeconds(seconds).plusNanos(1_000);
        assertThat(row().startAt()).isEqualTo(kept);
        assertThat(row().progress().nextDue()).isEqualTo(kept);
        assertThat(row().status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(hub.queue.messages())
                .containsExactly(WorkMessage.timer("x", started.executionId(), kept, WorkMessage.Base.NO_ROW));
        assertThat(start(StartOptions.DEFAULT)).isInstanceOf(Rejected.class);
    }

    @Test
    void startAtATimeThatIsPastIsAStartAtOnce() {
        Started started = (Started) start(StartOptions.DEFAULT.withStartAt(ClientFixture.START));
        assertThat(row().startAt()).isNull();
        assertThat(hub.queue.messages())
                .containsExactly(WorkMessage.start("x", started.executionId(), WorkMessage.Base.NO_ROW));
    }

    // Restart

    @Test
    void restartOfAFinishedInstanceReplacesIt() {
        ended(RuntimeStatus.FAILED);
        Started started = (Started) client.restart("x", false).orElseThrow();
        assertThat(started.instanceId()).isEqualTo("x");
        assertThat(row().values().input()).isEqualTo(new Payload.Inline("\"input\""));
        assertThat(row().name()).isEqualTo("Job");
        assertThat(client.restart("x", false)).containsInstanceOf(Rejected.class);
        assertThat(client.restart("unknown", true)).isEmpty();
    }

    @Test
    void restartUnderANewIdLeavesTheInstanceAlone() {
        hub.begin("x", "e1");
        List<String> ids = new ArrayList<>();
        IntStream.range(0, 2)
                .forEach(round -> ids.add(((Started) client.restart("x", true).orElseThrow()).instanceId()));
        assertThat(ids).doesNotHaveDuplicates().doesNotContain("x");
        assertThat(row().key().executionId()).isEqualTo("e1");
    }

    @Test
    void waitForAnExecutionThatWasReplacedFindsItNoMore() throws Exception {
        Started first = (Started) start(StartOptions.DEFAULT);
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(client.waitFor(first, Duration.ofSeconds(5), Duration.ofSeconds(1)))
                .isInstanceOf(WaitOutcome.Ended.class);
        Started second = (Started) start(REPLACE);
        assertThat(client.waitFor(first, Duration.ofSeconds(5), Duration.ofSeconds(1)))
                .isInstanceOf(WaitOutcome.NotFound.class);
        assertThat(client.waitFor(second, Duration.ofSeconds(5), Duration.ofSeconds(1)))
                .isInstanceOf(WaitOutcome.StillGoing.class);
    }

    /** Both look for the key's answer before either has one; the other's event comes in first. */
    @Test
    void eventOfAnotherRequestUnderTheSameKeyIsNotTakenForItsOwn() {
        hub.begin("x", "e1");
        StartRequest request = new StartRequest("Job", "x", null, KEY);
        hub.store.beforeNext("write", () -> assertThat(client.raiseOrStart(request, "go", "1", null))
                .isEqualTo(new Attached("x", "e1")));
        assertThat(client.raiseOrStart(request, "go", "2", null)).isEqualTo(new KeyReused("x"));
        assertThat(hub.inboxOf("x")).containsExactly(new InboxItem.Event("go", new Payload.Inline("1")));
    }

    /** The other one has started the instance meanwhile. */
    @Test
    void startOfAnotherRequestUnderTheSameKeyIsTheAnswerToBoth() {
        StartRequest request = new StartRequest("Job", "x", null, KEY);
        List<StartOutcome> first = new ArrayList<>();
        hub.store.beforeNext("find", () -> first.add(client.raiseOrStart(request, "go", "1", null)));
        assertThat(client.raiseOrStart(request, "go", "1", null)).isEqualTo(first.get(0));
        assertThat(first.get(0)).isInstanceOf(Started.class);
        assertThat(hub.inboxOf("x")).hasSize(1);
    }

    /** Under a random ID, a second request is a second start. */
    @Test
    void startWithoutAnIdAndAnAnswerIsNotCalledSafeToRepeat() {
        hub.store.plan(Collections.nCopies(12, Fault.LOST_REQUEST).toArray(Fault[]::new));
        assertThatExceptionOfType(OutcomeUnknownException.class)
                .isThrownBy(() -> client.start(new StartRequest("Job", null, "1")))
                .withMessageContaining("would start another one");
    }

    /** The first request of the key has won between the two reads of the second. */
    @Test
    void holderThatWasStartedUnderTheSameKeyIsTheAnswer() {
        List<StartOutcome> first = new ArrayList<>();
        hub.store.beforeNext("find", () -> first.add(hub.client().start(request(KEY))));
        assertThat(start(KEY)).isEqualTo(first.get(0));
        assertThat(first.get(0)).isInstanceOf(Started.class);
    }

    /**
     * The first request of the event has started the instance, which has ended, between the two reads of the second.
     */
    @ParameterizedTest
    @EnumSource(value = ReusePolicy.class)
    void instanceThatWasStartedAndHasEndedWithTheSameEventIsTheAnswer(ReusePolicy reuse) {
        StartOptions options = StartOptions.DEFAULT.withReuse(reuse);
        hub.store.beforeNext(
                "find",
                () -> hub.store.beforeNext("find", () -> {
                    assertThat(hub.client().raiseOrStart(new StartRequest("Job", "x", null, options), "go", "1", "id"))
                            .isInstanceOf(Started.class);
                    hub.takeIn("x");
                    hub.become("x", RuntimeStatus.COMPLETED);
                }));
        assertThat(signal(options, "id")).isInstanceOf(Attached.class);
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    /** Whoever raised it first may have died before it put the message, and nobody else would. */
    @Test
    void eventThatIsRaisedAgainUnderItsKeyHasItsMessagePutAgain() {
        hub.begin("x", "e1");
        StartOptions options = StartOptions.DEFAULT.withIdempotencyKey("k");
        hub.queue.loseNext(100);
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> signal(options, null));
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> signal(options, null));
        assertThat(hub.queue.messages()).isEmpty();
        hub.queue.loseNext(0);
        assertThat(signal(options, null)).isEqualTo(new Attached("x", "e1"));
        assertThat(hub.queue.messages()).containsExactly(WorkMessage.wake("x", "e1", null));
        assertThat(hub.inboxOf("x")).hasSize(1);
    }
}
