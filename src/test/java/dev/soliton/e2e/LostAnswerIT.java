package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.chaos.Call;
import dev.soliton.chaos.CallKind;
import dev.soliton.chaos.Fault;
import dev.soliton.chaos.Plan;
import dev.soliton.chaos.StorageProxy;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Storage that does what it is asked and does not say so: a caller that won is told that it won. */
@Tag("integration")
final class LostAnswerIT {
    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static StorageProxy proxy;

    /** Only starts: its calls to the storage are those of the start, and go through the proxy. */
    @SuppressWarnings("NullAway.Init")
    private static Caller starter;

    @SuppressWarnings("NullAway.Init")
    private static Caller worker;

    @BeforeAll
    static void start() {
        hub = new Hub();
        proxy = StorageProxy.to(Hub.azurite().ports());
        starter = hub.host(proxy.connectionString(), Map.of("AzureWebJobs.Orchestrator.Disabled", "true"));
        worker = hub.host();
        // Table and queue are created at their first use; from here on a start is three calls.
        starter.start("HelloCities", "first", "[]");
        worker.awaitEnd("first");
    }

    @AfterAll
    static void stop() {
        hub.close();
        proxy.close();
    }

    /** The calls of a start, in their order. */
    enum StartCall {
        CHECK(CallKind.TABLE_QUERY),
        MESSAGE(CallKind.QUEUE_PUT),
        INSERT(CallKind.TABLE_BATCH);

        private final CallKind kind;

        StartCall(CallKind kind) {
            this.kind = kind;
        }
    }

    private static boolean isOfStart(Call call) {
        for (StartCall expected : StartCall.values()) {
            if (call.is(expected.kind)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void startIsThreeCalls() {
        proxy.forgetCalls();
        assertThat(starter.start("HelloCities", "counted", "[]").code()).isEqualTo(202);
        assertThat(proxy.calls(LostAnswerIT::isOfStart))
                .extracting(Call::kind)
                .containsExactly(CallKind.TABLE_QUERY, CallKind.QUEUE_PUT, CallKind.TABLE_BATCH);
        proxy.forgetCalls();
        assertThat(starter.start("HelloCities", "counted", "[]").code()).isEqualTo(409);
        assertThat(proxy.calls(LostAnswerIT::isOfStart)).extracting(Call::kind).containsExactly(CallKind.TABLE_QUERY);
    }

    @ParameterizedTest
    @EnumSource(StartCall.class)
    void winnerWhoseAnswerIsLostOnTheWayLearnsThatItWon(StartCall lost) {
        assertWinnerIsToldSo("lost-" + lost, Plan.first(call -> call.is(lost.kind), Fault.DROP_AFTER));
    }

    @ParameterizedTest
    @EnumSource(StartCall.class)
    void winnerWhoseRequestIsLostOnTheWayLearnsThatItWon(StartCall lost) {
        assertWinnerIsToldSo("dropped-" + lost, Plan.first(call -> call.is(lost.kind), Fault.DROP_BEFORE));
    }

    @ParameterizedTest
    @EnumSource(StartCall.class)
    void winnerWhoseStorageIsBusyForAMomentLearnsThatItWon(StartCall busy) {
        assertWinnerIsToldSo("busy-" + busy, Plan.first(call -> call.is(busy.kind), Fault.fail(503, "ServerBusy")));
    }

    @Test
    void winnerThatReadsItsReceiptAtTheThirdTryLearnsThatItWon() {
        Plan insert = Plan.first(call -> call.is(CallKind.TABLE_BATCH), Fault.DROP_AFTER);
        Plan proofs = Plan.nth(2, call -> call.is(CallKind.TABLE_QUERY), Fault.DROP_BEFORE);
        Plan moreProofs = Plan.nth(3, call -> call.is(CallKind.TABLE_QUERY), Fault.DROP_AFTER);
        assertWinnerIsToldSo("slow-proof", insert.and(proofs).and(moreProofs));
    }

    private static void assertWinnerIsToldSo(String id, Plan plan) {
        proxy.follow(plan);
        Caller.Answer started;
        try {
            started = starter.start("HelloCities", id, "[\"" + id + "\"]");
        } finally {
            proxy.follow(Plan.NONE);
        }
        assertThat(started.code()).as(started.response().body()).isEqualTo(202);
        Caller.Answer ended = worker.awaitEnd(id);
        assertThat(ended.text("executionId")).isEqualTo(started.text("executionId"));
        assertThat(ended.body().path("output").toString()).isEqualTo("[\"Hello " + id + "!\"]");
    }

    @Test
    void callerWhoseOutcomeIsUnknownGets503AndNothingIsLostOrDoubled() {
        proxy.follow(new SilentFromTheInsertOn());
        Caller.Answer answer;
        try {
            answer = starter.start("HelloCities", "unknown", "[\"x\"]");
        } finally {
            proxy.follow(Plan.NONE);
        }
        assertThat(answer.code()).isEqualTo(503);
        assertThat(answer.text("Message")).contains("at most one is started");
        assertThat(worker.awaitEnd("unknown").text("runtimeStatus")).isEqualTo("Completed");
        assertThat(starter.start("HelloCities", "unknown", null).code()).isEqualTo(409);
    }

    /** A start that is to follow a holder, and what becomes of the first call of one kind that it makes. */
    static Stream<Arguments> followersInTrouble() {
        Map<String, Fault> faults = Map.of(
                "lost answer", Fault.DROP_AFTER,
                "lost request", Fault.DROP_BEFORE,
                "reset", Fault.RESET,
                "busy", Fault.fail(503, "ServerBusy"),
                "done and not said", Fault.failAfter(500, "InternalError"));
        return Stream.of("runAfter", "terminateExisting")
                .flatMap(policy -> Stream.of(CallKind.TABLE_QUERY, CallKind.TABLE_BATCH, CallKind.QUEUE_PUT)
                        .filter(kind -> kind != CallKind.QUEUE_PUT || policy.equals("terminateExisting"))
                        .flatMap(kind -> faults.entrySet().stream()
                                .map(fault -> Arguments.of(policy, kind, fault.getKey(), fault.getValue()))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("followersInTrouble")
    void queuedStartUnderAKeyIsAnsweredAsQueued(String policy, CallKind kind, String name, Fault fault) {
        String id = policy + " " + kind + " " + name;
        String path = "/api/instances/" + encoded(id);
        String holder = worker.send("POST", "/api/orchestrators/Counter/" + encoded(id), "0")
                .text("executionId");
        proxy.follow(Plan.first(call -> call.is(kind), fault));
        Caller.Answer told;
        try {
            told = follow(id, policy, "Idempotency-Key", "key of " + id);
        } finally {
            proxy.follow(Plan.NONE);
        }
        assertThat(told.code()).as(told.response().body()).isEqualTo(202);
        assertThat(told.text("executionId")).isNotEqualTo(holder);
        assertThat(follow(id, policy, "Idempotency-Key", "key of " + id).text("executionId"))
                .isEqualTo(told.text("executionId"));
        if (policy.equals("runAfter")) {
            assertThat(worker.send("POST", path + "/terminate", (String) null).code())
                    .isEqualTo(202);
        }
        assertRuns(id, told.text("executionId"));
    }

    /** Without a key nobody can ask again: the caller is told what is so, or that nobody knows. */
    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("followersInTrouble")
    void queuedStartWithoutAKeyGetsNoFalseAnswer(String policy, CallKind kind, String name, Fault fault) {
        String id = "no key " + policy + " " + kind + " " + name;
        worker.send("POST", "/api/orchestrators/Counter/" + encoded(id), "0");
        proxy.follow(Plan.first(call -> call.is(kind), fault));
        Caller.Answer told;
        try {
            told = follow(id, policy);
        } finally {
            proxy.follow(Plan.NONE);
        }
        if (told.code() != 202 || policy.equals("runAfter")) {
            worker.send("POST", "/api/instances/" + encoded(id) + "/terminate", (String) null);
        }
        if (told.code() == 202) {
            assertRuns(id, told.text("executionId"));
        } else {
            assertThat(told.code()).as(told.response().body()).isEqualTo(503);
            worker.awaitEnd(encoded(id)); // of the holder, or of what followed
        }
    }

    private static Caller.Answer follow(String id, String policy, String... headers) {
        String path = "/api/orchestrators/HelloCities/" + encoded(id) + "?idConflictPolicy=" + policy;
        return starter.send("POST", path, "[\"" + id + "\"]", headers);
    }

    private static void assertRuns(String id, String executionId) {
        Caller.Answer ended = worker.await(
                encoded(id),
                "the end of " + executionId,
                answer -> answer.text("executionId").equals(executionId)
                        && answer.text("runtimeStatus").equals("Completed"));
        assertThat(ended.body().path("output").toString()).isEqualTo("[\"Hello " + id + "!\"]");
    }

    private static String encoded(String id) {
        return id.replace(" ", "%20");
    }

    /** The insert takes effect, and from then on the storage tells nothing any more. */
    private static final class SilentFromTheInsertOn implements Plan {
        private boolean inserted;

        @Override
        public Fault decide(Call call) {
            inserted |= call.is(CallKind.TABLE_BATCH);
            return inserted && isOfStart(call) ? Fault.DROP_AFTER : Fault.FORWARD;
        }
    }
}
