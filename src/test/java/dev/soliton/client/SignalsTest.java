package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.soliton.client.SignalOutcome.Accepted;
import dev.soliton.client.SignalOutcome.Ended;
import dev.soliton.client.SignalOutcome.NotFound;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxItem.Event;
import dev.soliton.store.InboxItem.Resume;
import dev.soliton.store.InboxItem.Suspend;
import dev.soliton.store.InboxItem.Terminate;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of events and operations, whatever becomes of the storage's answers and of the instance meanwhile. */
final class SignalsTest {
    private static final Event EVENT = new Event("go", new Payload.Inline("{\"n\":1}"));
    private static final Accepted ACCEPTED = new Accepted("e1");
    private static final WorkMessage WAKE = WorkMessage.wake("x", "e1", null);

    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    private SignalOutcome raise(@Nullable String eventId) {
        return raise(client, eventId);
    }

    private static SignalOutcome raise(OrchestrationClient by, @Nullable String eventId) {
        return by.raiseEvent("x", "go", "{\"n\":1}", eventId);
    }

    private void planLosses(int calls) {
        hub.store.plan(Collections.nCopies(calls, Fault.LOST_REQUEST).toArray(Fault[]::new));
    }

    private long writes() {
        return hub.store.calls().stream().filter("write"::equals).count();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "id 1")
    void eventIsInTheInboxAndLeadsToATurn(@Nullable String eventId) {
        hub.begin("x", "e1");
        assertThat(raise(eventId)).isEqualTo(ACCEPTED);
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
        assertThat(hub.queue.messages()).containsExactly(WAKE);
        assertThat(hub.store.calls()).containsExactly("find", "write");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "id 2")
    void eventToAKnownExecutionCostsOneWriteAndOnePut(@Nullable String eventId) {
        hub.begin("x", "e1");
        raise(null);
        hub.store.calls().clear();
        int putsBefore = hub.queue.puts();
        assertThat(raise(eventId)).isEqualTo(ACCEPTED);
        assertThat(hub.store.calls()).containsExactly("write");
        assertThat(hub.queue.puts() - putsBefore).isEqualTo(1);
        assertThat(hub.payloads.names()).isEmpty();
    }

    @Test
    void executionIsKnownForFiveMinutes() {
        hub.begin("x", "e1");
        raise(null);
        hub.clock.advance(LiveExecutionCache.MAX_AGE);
        hub.store.calls().clear();
        raise(null);
        assertThat(hub.store.calls()).containsExactly("write");
        hub.clock.advance(LiveExecutionCache.MAX_AGE.plusNanos(1));
        hub.store.calls().clear();
        raise(null);
        assertThat(hub.store.calls()).containsExactly("find", "write");
    }

    @Test
    void eventsOfOneSenderKeepTheirOrder() {
        hub.begin("x", "e1");
        IntStream.range(0, 12).forEach(i -> client.raiseEvent("x", "event " + i, null, i % 2 == 0 ? null : "id " + i));
        assertThat(hub.inboxOf("x"))
                .isEqualTo(IntStream.range(0, 12)
                        .mapToObj(i -> new Event("event " + i, null))
                        .toList());
    }

    @Test
    void operationsAreInTheInboxWithTheirReasons() {
        hub.begin("x", "e1");
        assertThat(client.suspend("x", "lunch")).isEqualTo(ACCEPTED);
        assertThat(client.resume("x", null)).isEqualTo(ACCEPTED);
        assertThat(client.terminate("x", "a\nb")).isEqualTo(ACCEPTED);
        assertThat(hub.inboxOf("x")).containsExactly(new Suspend("lunch"), new Resume(null), new Terminate("a\nb"));
        assertThat(hub.queue.messages()).containsExactly(WAKE, WAKE, WAKE);
    }

    @Test
    void unknownInstanceIsNotFound() {
        assertThat(raise(null)).isEqualTo(new NotFound());
        assertThat(raise("id 1")).isEqualTo(new NotFound());
        assertThat(client.terminate("x", null)).isEqualTo(new NotFound());
        assertThat(client.suspend("x", null)).isEqualTo(new NotFound());
        assertThat(client.resume("x", null)).isEqualTo(new NotFound());
        assertThat(writes()).isZero();
        assertThat(hub.queue.puts()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "TERMINATED"})
    void endedInstanceAcceptsNothing(RuntimeStatus status) {
        hub.begin("x", "e1");
        hub.become("x", status);
        for (SignalOutcome outcome : new SignalOutcome[] {
            raise(null), raise("id 1"), client.terminate("x", null), client.suspend("x", null), client.resume("x", null)
        }) {
            assertThat(outcome).isInstanceOfSatisfying(Ended.class, ended -> {
                assertThat(ended.instance().status()).isEqualTo(status);
                assertThat(ended.instance().executionId()).isEqualTo("e1");
                assertThat(ended.instance().input()).isNull();
                assertThat(ended.instance().output()).isNull();
            });
        }
        assertThat(writes()).isZero();
        assertThat(hub.queue.puts()).isZero();
    }

    @Test
    void executionThatEndedBetweenReadAndWriteIsReportedAsEnded() {
        hub.begin("x", "e1");
        hub.store.beforeNext("write", () -> hub.become("x", RuntimeStatus.COMPLETED));
        assertThat(raise(null)).isInstanceOf(Ended.class);
        assertThat(hub.inboxOf("x")).isEmpty();
        assertThat(hub.queue.puts()).isZero();
    }

    @Test
    void knownExecutionThatHasEndedIsReportedAsEnded() {
        hub.begin("x", "e1");
        raise(null);
        hub.takeIn("x");
        hub.become("x", RuntimeStatus.TERMINATED);
        assertThat(raise(null)).isInstanceOf(Ended.class);
        assertThat(raise("id 1")).isInstanceOf(Ended.class);
        assertThat(client.terminate("x", null)).isInstanceOf(Ended.class);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "id 1")
    void eventGoesToTheExecutionThatFollowedTheKnownOne(@Nullable String eventId) {
        hub.begin("x", "e1");
        raise(eventId);
        hub.rows.purge("x");
        hub.begin("x", "e2");
        assertThat(raise(eventId)).isEqualTo(new Accepted("e2"));
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
        assertThat(hub.queue.messages()).containsExactly(WAKE, WorkMessage.wake("x", "e2", null));
        hub.store.calls().clear();
        raise(null);
        assertThat(hub.store.calls()).containsExactly("write");
    }

    @Test
    void knownExecutionThatWasPurgedIsNotFound() {
        hub.begin("x", "e1");
        raise(null);
        hub.rows.purge("x");
        assertThat(raise(null)).isEqualTo(new NotFound());
    }

    /** A start message that came again after the end of its execution leaves a tombstone in the place of the gate. */
    @Test
    void knownExecutionWithATombstoneAcceptsNoEvent() {
        hub.begin("x", "e1");
        raise(null);
        hub.takeIn("x");
        hub.become("x", RuntimeStatus.COMPLETED);
        hub.rows.write("x", List.of(new RowChange.InsertGate(new Gate("e1", true))));
        assertThat(raise(null)).isInstanceOf(Ended.class);
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @Test
    void readThatFailsIsNoUnknownOutcome() {
        hub.begin("x", "e1");
        planLosses(1);
        assertThatThrownBy(() -> raise(null)).isInstanceOf(StorageException.class);
        assertThat(writes()).isZero();
    }

    // Events with an ID: one, however often they are sent.

    static Stream<Arguments> troubleThatAnEventIdSurvives() {
        return Stream.of(
                arguments("find, write lost", new Fault[] {Fault.NONE, Fault.LOST_REQUEST}, 2),
                arguments("answer lost", new Fault[] {Fault.NONE, Fault.LOST_ANSWER}, 1),
                arguments(
                        "answer lost, and of the read-back too",
                        new Fault[] {Fault.NONE, Fault.LOST_ANSWER, Fault.LOST_ANSWER},
                        2),
                arguments(
                        "lost twice",
                        new Fault[] {Fault.NONE, Fault.LOST_REQUEST, Fault.LOST_REQUEST, Fault.LOST_REQUEST},
                        3),
                arguments(
                        "lost, then answer lost",
                        new Fault[] {Fault.NONE, Fault.LOST_REQUEST, Fault.NONE, Fault.LOST_ANSWER},
                        2),
                arguments("late", new Fault[] {Fault.NONE, Fault.LATE}, 2));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubleThatAnEventIdSurvives")
    void eventWithAnIdIsAcceptedOnceInSpiteOf(String trouble, Fault[] plan, int writes) {
        hub.begin("x", "e1");
        hub.store.plan(plan);
        assertThat(raise("id 1")).as(trouble).isEqualTo(ACCEPTED);
        assertThat(writes()).isEqualTo(writes);
        assertThat(hub.store.land()).allSatisfy(answer -> assertThat(answer).isInstanceOf(WriteOutcome.Conflict.class));
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
        assertThat(hub.queue.messages()).containsExactly(WAKE);
    }

    @Test
    void eventThatArrivesLateAndIsProcessedIsNotSentAgain() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LATE);
        hub.onPause(() -> {
            assertThat(hub.store.land()).hasSize(1).allMatch(WriteOutcome.Written.class::isInstance);
            hub.takeIn("x");
        });
        assertThat(raise("id 1")).isEqualTo(ACCEPTED);
        assertThat(hub.inboxOf("x")).isEmpty();
        assertThat(hub.store.calls()).containsExactly("find", "write", "findAnswer", "write", "findAnswer");
    }

    @Test
    void eventWhoseAnswerWasLostIsAcceptedThoughItsExecutionEnded() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        hub.store.beforeNext("findAnswer", () -> {
            hub.takeIn("x");
            hub.become("x", RuntimeStatus.COMPLETED);
        });
        assertThat(raise("id 1")).isEqualTo(ACCEPTED);
    }

    @Test
    void eventWithAnIdAndNoAnswerIsUnknownAndSafeToRetry() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE);
        planLosses(6);
        assertThatThrownBy(() -> raise("id 1"))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("same eventId")
                .hasMessageContaining("'x'");
        assertThat(hub.pauses).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
        assertThat(writes()).isEqualTo(3);
        assertThat(hub.queue.puts()).isZero();
        assertThat(raise("id 1")).isEqualTo(ACCEPTED);
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
    }

    @Test
    void eventRaisedAgainUnderItsIdIsOneEventAndPutsTheMessageAgain() {
        hub.begin("x", "e1");
        raise("id 1");
        assertThat(raise("id 1")).isEqualTo(ACCEPTED);
        assertThat(raise(hub.client(), "id 1")).isEqualTo(ACCEPTED);
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
        assertThat(hub.queue.messages()).containsExactly(WAKE, WAKE, WAKE);
    }

    @Test
    void eventRaisedAgainUnderItsIdAfterItWasProcessedIsOneEvent() {
        hub.begin("x", "e1");
        raise("id 1");
        hub.takeIn("x");
        assertThat(raise("id 1")).isEqualTo(ACCEPTED);
        assertThat(raise(hub.client(), "id 1")).isEqualTo(ACCEPTED);
        assertThat(hub.inboxOf("x")).isEmpty();
        raise("id 2");
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
    }

    @Test
    void eventRaisedAgainUnderItsIdAfterTheEndIsAccepted() {
        hub.begin("x", "e1");
        raise("id 1");
        hub.takeIn("x");
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(raise("id 1")).isEqualTo(ACCEPTED);
        assertThat(raise(hub.client(), "id 1")).isEqualTo(ACCEPTED);
        assertThat(raise("id 2")).isInstanceOf(Ended.class);
    }

    @Test
    void ofManyEventsOfOneIdAtOnceOneIsAccepted() throws Exception {
        hub.begin("x", "e1");
        OrchestrationClient plain = new OrchestrationClient(
                new Storage(hub.rows, hub.queue, hub.storage.payloads()),
                hub.catalog,
                new Registry(),
                hub.clock,
                () -> "same",
                new NoWaits());
        assertThat(Race.run(8, racer -> raise(plain, "id 1"))).containsOnly(ACCEPTED);
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
        assertThat(hub.queue.messages()).hasSize(8).containsOnly(WAKE);
    }

    @Test
    void messageThatIsLostMakesTheOutcomeUnknownAndARetryPutsIt() {
        hub.begin("x", "e1");
        hub.queue.loseNext(1);
        assertThatThrownBy(() -> raise("id 1")).isInstanceOf(OutcomeUnknownException.class);
        assertThat(hub.queue.messages()).isEmpty();
        assertThat(raise("id 1")).isEqualTo(ACCEPTED);
        assertThat(hub.queue.messages()).containsExactly(WAKE);
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
    }

    // Events without an ID: sent once.

    @Test
    void eventWithoutIdWhoseAnswerWasLostIsFoundInTheInbox() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        assertThat(raise(null)).isEqualTo(ACCEPTED);
        assertThat(hub.store.calls()).containsExactly("find", "write", "look");
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
        assertThat(hub.queue.messages()).containsExactly(WAKE);
    }

    @Test
    void eventWithoutIdThatLandsLateIsFoundInTheInbox() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LATE);
        hub.onPause(() -> hub.store.land());
        assertThat(raise(null)).isEqualTo(ACCEPTED);
        assertThat(writes()).isEqualTo(1);
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
    }

    @Test
    void eventWithoutIdIsNeverSentTwice() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LATE);
        assertThatThrownBy(() -> raise(null))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("may be raised twice")
                .hasMessageContaining("eventId");
        assertThat(writes()).isEqualTo(1);
        hub.store.land();
        assertThat(hub.inboxOf("x")).containsExactly(EVENT);
    }

    @Test
    void eventWithoutIdThatWasProcessedBeforeTheReadBackIsUnknown() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        hub.store.beforeNext("look", () -> hub.takeIn("x"));
        assertThatThrownBy(() -> raise(null)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(writes()).isEqualTo(1);
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @Test
    void eventWithoutIdWhoseExecutionEndedBeforeTheReadBackIsUnknown() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        hub.store.beforeNext("look", () -> {
            hub.takeIn("x");
            hub.become("x", RuntimeStatus.COMPLETED);
        });
        assertThatThrownBy(() -> raise(null)).isInstanceOf(OutcomeUnknownException.class);
    }

    // Operations: done twice, they do nothing more.

    /** It was sent again, and answered; then the opposite was asked for, and answered. Only then does the first arrive. */
    @Test
    void suspensionThatLandsLateDoesNotUndoALaterResumption() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LATE);
        assertThat(client.suspend("x", null)).isEqualTo(ACCEPTED);
        hub.takeIn("x");
        assertThat(client.resume("x", null)).isEqualTo(ACCEPTED);
        hub.takeIn("x");
        hub.store.land();
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @Test
    void operationWhoseRequestWasLostIsSentAgain() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_REQUEST);
        assertThat(client.terminate("x", "why")).isEqualTo(ACCEPTED);
        assertThat(hub.inboxOf("x")).containsExactly(new Terminate("why"));
    }

    @Test
    void operationWhoseAnswerWasLostIsFoundInTheInbox() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        assertThat(client.suspend("x", "why")).isEqualTo(ACCEPTED);
        assertThat(writes()).isEqualTo(1);
        assertThat(hub.inboxOf("x")).containsExactly(new Suspend("why"));
    }

    @Test
    void terminationThatEndedTheInstanceBeforeItsAnswerIsReportedAsEnded() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        hub.store.beforeNext("look", () -> {
            hub.takeIn("x");
            hub.become("x", RuntimeStatus.TERMINATED);
        });
        assertThat(client.terminate("x", "why")).isInstanceOfSatisfying(Ended.class, ended -> assertThat(
                        ended.instance().status())
                .isEqualTo(RuntimeStatus.TERMINATED));
    }

    @Test
    void operationWithoutAnAnswerIsUnknownAndSaysThatARetryIsHarmless() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE);
        planLosses(6);
        assertThatThrownBy(() -> client.resume("x", null))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("nothing more than done once");
        assertThat(writes()).isEqualTo(3);
    }

    // Payloads and limits.

    @Test
    void largePayloadIsKeptUnderTheExecutionThatItGoesTo() {
        hub.begin("x", "e1");
        String large = "\"" + "x".repeat(Payloads.INLINE_LIMIT) + "\"";
        client.raiseEvent("x", "go", large, null);
        assertThat(hub.payloads.names()).hasSize(1).allMatch(name -> name.contains("/e1/"));
        assertThat(hub.inboxOf("x")).singleElement().isInstanceOfSatisfying(Event.class, event -> assertThat(
                        hub.storage.payloads().load(event.input()))
                .isEqualTo(large));
    }

    @Test
    void largePayloadOfAnEventThatIsRefusedIsDiscarded() {
        hub.begin("x", "e1");
        raise(null);
        hub.takeIn("x");
        hub.become("x", RuntimeStatus.COMPLETED);
        String large = "\"" + "x".repeat(Payloads.INLINE_LIMIT) + "\"";
        assertThat(client.raiseEvent("x", "go", large, null)).isInstanceOf(Ended.class);
        assertThat(writes()).isEqualTo(2);
        assertThat(hub.payloads.names()).isEmpty();
    }

    @Test
    void payloadOverTheLimitIsRefusedBeforeAnythingIsDone() {
        String tooLarge = "\"" + "x".repeat(ClientFixture.MAX_PAYLOAD) + "\"";
        assertThatThrownBy(() -> client.raiseEvent("x", "go", tooLarge, null))
                .isInstanceOf(PayloadTooLargeException.class);
        assertThat(hub.store.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a\tb", "a\u0085b", "a\ud800", "\udc00b", "a\u2028b", "a\u2029b", "go\u200b", "\u202ego"
            })
    void impossibleEventNameIsRefused(String name) {
        assertThatThrownBy(() -> client.raiseEvent("x", name, null, null))
                .isInstanceOf(InvalidSignalException.class)
                .hasMessageStartingWith("An event name ");
        assertThat(hub.store.calls()).isEmpty();
    }

    @Test
    void limitsOfTheTextsAreNamed() {
        hub.begin("x", "e1");
        String most = "\ud83d\ude00".repeat(128);
        assertThat(client.raiseEvent("x", most, null, most)).isEqualTo(ACCEPTED);
        assertThatThrownBy(() -> client.raiseEvent("x", most + "a", null, null))
                .isInstanceOf(InvalidSignalException.class)
                .hasMessage("An event name has 1 to 256 characters; this one has 257.");
        assertThatThrownBy(() -> client.raiseEvent("x", "go", null, most + "a"))
                .isInstanceOf(InvalidSignalException.class)
                .hasMessage("An eventId has 1 to 256 characters; this one has 257.");
        assertThatThrownBy(() -> client.raiseEvent("x", "go", null, "")).isInstanceOf(InvalidSignalException.class);
        String longest = "r".repeat(4_096);
        assertThat(client.terminate("x", longest)).isEqualTo(ACCEPTED);
        for (Runnable tooLong : new Runnable[] {
            () -> client.terminate("x", longest + "r"),
            () -> client.suspend("x", longest + "r"),
            () -> client.resume("x", longest + "r")
        }) {
            assertThatThrownBy(tooLong::run)
                    .isInstanceOf(InvalidSignalException.class)
                    .hasMessage("A reason has 0 to 4096 characters; this one has 4097.");
        }
        assertThatThrownBy(() -> client.suspend("x", "\ud800")).isInstanceOf(InvalidSignalException.class);
    }

    @Test
    void impossibleInstanceIdIsRefused() {
        for (Runnable call : new Runnable[] {
            () -> client.raiseEvent("a/b", "go", null, null),
            () -> client.terminate("a/b", null),
            () -> client.suspend("a/b", null),
            () -> client.resume("a/b", null)
        }) {
            assertThatThrownBy(call::run).isInstanceOf(InvalidInstanceIdException.class);
        }
    }

    /** Waits for nothing, from many threads. */
    private static final class NoWaits implements Waits {
        @Override
        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration time) {}

        @Override
        public <T> @Nullable T take(BlockingQueue<T> answers, Duration limit) {
            return answers.poll();
        }
    }
}
