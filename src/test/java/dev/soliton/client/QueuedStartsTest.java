package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.client.StartOutcome.Attached;
import dev.soliton.client.StartOutcome.KeyReused;
import dev.soliton.client.StartOutcome.Queued;
import dev.soliton.client.StartOutcome.Rejected;
import dev.soliton.client.StartOutcome.Replaced;
import dev.soliton.client.StartOutcome.Started;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starts that are to follow a live holder, up to where its owner takes over. */
final class QueuedStartsTest {
    private static final StartOptions AFTER = StartOptions.DEFAULT.withConflict(ConflictPolicy.RUN_AFTER);
    private static final StartOptions INSTEAD = StartOptions.DEFAULT.withConflict(ConflictPolicy.TERMINATE_EXISTING);
    private static final ExecutionKey NEXT = QueuedRun.keyAfter(new ExecutionKey("x", "e1", 0));

    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> context -> null);
        hub.registry.orchestrator("Other", () -> context -> null);
    }

    private StartOutcome start(StartOptions options, String input) {
        return client.start(new StartRequest("Job", "x", input, options));
    }

    private @Nullable QueuedRun further() {
        return hub.rows
                .loadWithoutJournal("x")
                .gate("e1")
                .map(gate -> gate.row().queuedRun())
                .orElse(null);
    }

    private String inputToCome() {
        return ((Payload.Inline)
                        Objects.requireNonNull(Objects.requireNonNull(further()).input()))
                .json();
    }

    @Test
    void runAfterALiveHolderCostsTwoRequestsAndNoMessage() {
        hub.begin("x", "e1");
        assertThat(start(AFTER, "1")).isEqualTo(new Queued("x", NEXT.executionId()));
        assertThat(hub.store.calls()).containsExactly("look", "write");
        assertThat(hub.queue.messages()).isEmpty();
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @Test
    void queuedRunIsOneWithTheNewestInputAndName() {
        hub.begin("x", "e1");
        start(AFTER, "1");
        start(AFTER, "2");
        StartOutcome last = client.start(new StartRequest("Other", "x", "3", AFTER));
        assertThat(last).isEqualTo(new Queued("x", NEXT.executionId()));
        assertThat(inputToCome()).isEqualTo("3");
        assertThat(Objects.requireNonNull(further()).name()).isEqualTo("Other");
    }

    @Test
    void holderIsTerminatedInTheWriteThatQueuesTheRun() {
        hub.begin("x", "e1");
        assertThat(start(INSTEAD, "1")).isEqualTo(new Replaced("x", NEXT.executionId()));
        assertThat(hub.store.calls()).containsExactly("look", "write");
        assertThat(hub.inboxOf("x"))
                .containsExactly(new InboxItem.Terminate("Replaced by the execution '" + NEXT.executionId() + "'."));
        assertThat(hub.queue.messages()).containsExactly(WorkMessage.wake("x", "e1", null));
    }

    @Test
    void startsOfBothKindsReplaceTheQueuedRun() {
        hub.begin("x", "e1");
        start(INSTEAD, "1");
        assertThat(start(AFTER, "2")).isEqualTo(new Queued("x", NEXT.executionId()));
        assertThat(inputToCome()).isEqualTo("2");
        assertThat(start(INSTEAD, "3")).isEqualTo(new Replaced("x", NEXT.executionId()));
        assertThat(inputToCome()).isEqualTo("3");
    }

    @Test
    void startsOfOtherPoliciesTreatTheHolderAsIfNoRunWasQueued() {
        hub.begin("x", "e1");
        start(AFTER, "1");
        assertThat(start(StartOptions.DEFAULT, "2")).isInstanceOf(Rejected.class);
        assertThat(start(StartOptions.DEFAULT.withConflict(ConflictPolicy.USE_EXISTING), "2"))
                .isEqualTo(new Attached("x", "e1"));
        assertThat(client.raiseOrStart(new StartRequest("Job", "x", null), "go", null, null))
                .isEqualTo(new Attached("x", "e1"));
        assertThat(client.restart("x", false)).containsInstanceOf(Rejected.class);
        assertThat(client.purge("x")).isInstanceOf(PurgeOutcome.NotFinished.class);
        assertThat(inputToCome()).isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(
            value = ConflictPolicy.class,
            names = {"TERMINATE_EXISTING", "RUN_AFTER"})
    void bothPoliciesWithoutALiveHolderAreAPlainStart(ConflictPolicy policy) {
        StartOptions options = StartOptions.DEFAULT.withConflict(policy);
        assertThat(start(options, "1")).isInstanceOf(Started.class);
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(start(options.withReuse(ReusePolicy.REJECT_DUPLICATE), "2")).isInstanceOf(Rejected.class);
        assertThat(start(options.withReuse(ReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY), "2"))
                .isInstanceOf(Rejected.class);
        assertThat(start(options, "2")).isInstanceOf(Started.class);
    }

    @Test
    void holderThatEndsMeanwhileIsReplaced() {
        hub.begin("x", "e1");
        hub.store.beforeNext("write", () -> hub.become("x", RuntimeStatus.COMPLETED));
        assertThat(start(AFTER, "1")).isInstanceOf(Started.class);
    }

    @Test
    void delayCountsFromTheRequest() {
        hub.begin("x", "e1");
        Instant later = ClientFixture.START.plusSeconds(60);
        start(AFTER.withStartAt(later), "1");
        assertThat(Objects.requireNonNull(further()).startAt()).isEqualTo(later);
    }

    // Looking

    @Test
    void queuedRunIsShownAsPending() throws Exception {
        hub.begin("x", "e1");
        assertThat(client.status("x", NEXT.executionId(), true)).isEmpty();
        start(AFTER, "1");
        Instance shown = client.status("x", NEXT.executionId(), true).orElseThrow();
        assertThat(shown.status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(shown.name()).isEqualTo("Job");
        assertThat(shown.input()).isEqualTo("1");
        assertThat(shown.executionId()).isEqualTo(NEXT.executionId());
        assertThat(client.status("x", "e1", true).orElseThrow().executionId()).isEqualTo("e1");
        assertThat(client.status("x", "other", true)).isEmpty();
        assertThat(client.status("unknown", "other", true)).isEmpty();
        assertThat(client.status("x", true).orElseThrow().executionId()).isEqualTo("e1");
        Queued queued = new Queued("x", NEXT.executionId());
        assertThat(client.waitFor(queued, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isEqualTo(new WaitOutcome.StillGoing(
                        client.status("x", NEXT.executionId(), false).orElseThrow()));
    }

    // Inputs that are kept apart

    @Test
    void inputThatIsReplacedIsRemoved() {
        hub.begin("x", "e1");
        start(AFTER, large("a"));
        assertThat(hub.payloads.names()).hasSize(1);
        start(AFTER, large("b"));
        assertThat(hub.payloads.names()).hasSize(1);
        assertThat(client.status("x", NEXT.executionId(), true).orElseThrow().input())
                .isEqualTo(large("b"));
        start(AFTER, "1");
        assertThat(hub.payloads.names()).isEmpty();
    }

    @Test
    void inputOfARefusedRequestIsRemoved() {
        hub.begin("x", "e1");
        hub.store.beforeNext("write", () -> hub.become("x", RuntimeStatus.COMPLETED));
        start(AFTER, large("a"));
        assertThat(hub.payloads.names()).hasSize(1);
    }

    private static String large(String text) {
        return "\"" + text.repeat(Payloads.INLINE_LIMIT) + "\"";
    }

    // Answers that are lost

    @ParameterizedTest
    @EnumSource(
            value = ConflictPolicy.class,
            names = {"TERMINATE_EXISTING", "RUN_AFTER"})
    void requestWhoseAnswerIsLostIsFound(ConflictPolicy policy) {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        assertThat(start(StartOptions.DEFAULT.withConflict(policy), "1"))
                .isInstanceOf(StartOutcome.Accepted.class)
                .extracting(outcome -> ((StartOutcome.Accepted) outcome).executionId())
                .isEqualTo(NEXT.executionId());
    }

    @Test
    void requestThatMayArriveLateIsNotSentTwice() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LATE);
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> start(AFTER, "1"));
        assertThat(hub.store.calls().stream().filter("write"::equals)).hasSize(1);
        assertThat(start(AFTER, "2")).isInstanceOf(Queued.class);
        assertThat(inputToCome()).isEqualTo("2");
    }

    @Test
    void requestWithAKeyIsSentAgainAndAcceptedOnce() {
        hub.begin("x", "e1");
        StartOptions options = AFTER.withIdempotencyKey("k");
        hub.store.plan(Fault.NONE, Fault.NONE, Fault.LATE);
        assertThat(start(options, "1")).isEqualTo(new Queued("x", NEXT.executionId()));
        start(AFTER, "2");
        assertThat(hub.store.land()).containsExactly(new WriteOutcome.Conflict());
        assertThat(inputToCome()).isEqualTo("2");
        assertThat(start(options, "1")).isEqualTo(new Queued("x", NEXT.executionId()));
        assertThat(start(options, "3")).isEqualTo(new KeyReused("x"));
        assertThat(inputToCome()).isEqualTo("2");
    }

    /** The start was refused, and must not begin, nor end the holder, after all. */
    @Test
    void refusedRequestDoesNotArriveLateForARewoundHolder() {
        hub.begin("x", "e1");
        StartOptions options = StartOptions.DEFAULT
                .withConflict(ConflictPolicy.TERMINATE_EXISTING)
                .withReuse(ReusePolicy.REJECT_DUPLICATE)
                .withIdempotencyKey("k");
        hub.store.plan(Fault.NONE, Fault.NONE, Fault.LATE);
        hub.onPause(() -> {
            if (!hub.rows.findRow("x").orElseThrow().row().status().isTerminal()) {
                hub.become("x", RuntimeStatus.FAILED);
            }
        });
        assertThat(start(options, "1")).isInstanceOf(Rejected.class);
        assertThat(hub.client().rewind("x", null)).isInstanceOf(RewindOutcome.Rewound.class);
        assertThat(hub.store.land()).containsExactly(new WriteOutcome.Conflict());
        assertThat(further()).isNull();
        assertThat(hub.inboxOf("x")).hasSize(1).hasOnlyElementsOfType(InboxItem.Rewind.class);
        assertThat(start(AFTER, "2")).isInstanceOf(Queued.class);
        assertThat(inputToCome()).isEqualTo("2");
    }

    @Test
    void requestWhoseHolderEndedMeanwhileIsFoundByTheRowOrTheReceipt() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        // The next look is the one that seeks the request.
        hub.store.beforeNext("write", () -> hub.store.beforeNext("look", this::end));
        assertThat(start(AFTER, "1")).isEqualTo(new Queued("x", NEXT.executionId()));

        InstanceRow row = hub.rows.findRow("x").orElseThrow().row();
        assertThat(row.key().executionId()).isEqualTo("e1");
        assertThat(Objects.requireNonNull(row.queuedRun()).input()).isEqualTo(new Payload.Inline("1"));
    }

    @Test
    void requestWhoseRunHasBegunMeanwhileIsFoundByTheReceipt() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        hub.store.beforeNext(
                "write",
                () -> hub.store.beforeNext("look", () -> {
                    end();
                    give();
                }));
        assertThat(start(AFTER, "1")).isEqualTo(new Queued("x", NEXT.executionId()));
        assertThat(hub.rows.findRow("x").orElseThrow().row().key()).isEqualTo(NEXT);
    }

    /** What the owner does at the end. */
    private void end() {
        Partition seen = hub.rows.loadWithoutJournal("x");
        Versioned<InstanceRow> found = seen.instance().orElseThrow();
        Versioned<Gate> gate = seen.gate("e1").orElseThrow();
        InstanceRow row = found.row();
        Ownership owned = row.ownership().claimedBy("worker-1", "n", Instant.EPOCH);
        InstanceRow ended = row.changed(RuntimeStatus.RUNNING, owned, row.values(), hub.clock.instant(), "c1")
                .changed(RuntimeStatus.COMPLETED, owned, row.values(), hub.clock.instant(), "c2")
                .followedBy(gate.row().queuedRun());
        hub.write("x", new RowChange.ReplaceInstance(ended, found.etag()), new RowChange.DeleteGate("e1", gate.etag()));
    }

    private void give() {
        Versioned<InstanceRow> found = hub.rows.findRow("x").orElseThrow();
        QueuedRun queuedRun = Objects.requireNonNull(found.row().queuedRun());
        InstanceRow next = queuedRun.rowAfter(found.row(), hub.clock.instant(), hub.clock.instant(), "c3");
        hub.write(
                "x",
                new RowChange.ReplaceInstance(next, found.etag()),
                new RowChange.InsertGate(new Gate(NEXT.executionId(), false)),
                new RowChange.InsertReceipt(queuedRun.receipt(NEXT)));
    }

    @Test
    void holderThatIsAboutToStartItsQueuedRunIsWaitedFor() {
        hub.begin("x", "e1");
        start(AFTER, "1");
        end();
        assertThat(client.status("x", NEXT.executionId(), true).orElseThrow().input())
                .isEqualTo("1");
        assertThat(start(StartOptions.DEFAULT, "2")).isInstanceOf(Rejected.class);
        assertThat(client.purge("x")).isInstanceOf(PurgeOutcome.NotFinished.class);
        hub.onPause(() -> {
            if (hub.rows.findRow("x").orElseThrow().row().queuedRun() != null) {
                give();
            }
        });
        StartOutcome queued = start(AFTER.withReuse(ReusePolicy.REJECT_DUPLICATE), "2");
        assertThat(queued).isEqualTo(new Queued("x", QueuedRun.keyAfter(NEXT).executionId()));
        InstanceRow row = hub.rows.findRow("x").orElseThrow().row();
        assertThat(row.key()).isEqualTo(NEXT);
        assertThat(row.values().input()).isEqualTo(new Payload.Inline("1"));
    }

    // Keys

    @ParameterizedTest
    @EnumSource(
            value = ConflictPolicy.class,
            names = {"TERMINATE_EXISTING", "RUN_AFTER"})
    void keyGetsTheFirstAnswerAlsoAfterTheRunHasBegunAndEnded(ConflictPolicy policy) {
        hub.begin("x", "e1");
        StartOptions options = StartOptions.DEFAULT.withConflict(policy).withIdempotencyKey("k");
        StartOutcome first = start(options, "1");
        start(AFTER, "2");
        assertThat(start(options, "1")).isEqualTo(first);
        assertThat(inputToCome()).isEqualTo("2");
        end();
        give();
        assertThat(start(options, "1")).isEqualTo(first);
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(hub.client().start(new StartRequest("Job", "x", "1", options)))
                .isEqualTo(first);
        assertThat(client.purge("x")).isInstanceOf(PurgeOutcome.Purged.class);
        assertThat(start(options, "1")).isEqualTo(first);
        assertThat(hub.rows.findRow("x")).isEmpty();
    }

    @Test
    void repeatedReplacementPutsTheMessageThatMayBeMissing() {
        hub.begin("x", "e1");
        StartOptions options = INSTEAD.withIdempotencyKey("k");
        hub.queue.loseNext(1);
        assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> start(options, "1"));
        assertThat(start(options, "1")).isEqualTo(new Replaced("x", NEXT.executionId()));
        assertThat(hub.queue.messages()).containsExactly(WorkMessage.wake("x", "e1", null));
        assertThat(hub.inboxOf("x")).hasSize(1);
        end();
        give();
        start(options, "1");
        assertThat(hub.queue.messages()).hasSize(1);
    }

    // Many at once

    @Test
    void ofManyRequestsAtOnceAllGetTheSameRun() throws Exception {
        hub.begin("x", "e1");
        List<StartOutcome> outcomes = Race.run(16, racer -> hub.client()
                .start(new StartRequest("Job", "x", "" + racer, racer % 2 == 0 ? AFTER : INSTEAD)));
        assertThat(outcomes).allSatisfy(outcome -> assertThat(((StartOutcome.Accepted) outcome).executionId())
                .isEqualTo(NEXT.executionId()));
        assertThat(Optional.ofNullable(further())).isPresent();
        assertThat(hub.inboxOf("x")).hasSize(8);
    }
}
