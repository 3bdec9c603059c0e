package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that run after the holder of their ID, or in its place, through two hosts that share the work. */
@Tag("full")
final class QueuedStartsIT {
    private static final int REQUESTS = 1_000;
    private static final int THREADS = 8;

    /** How often each policy is raced against the holder. */
    private static final int ROUNDS = 6;

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @SuppressWarnings("NullAway.Init")
    private static Caller other;

    @BeforeAll
    static void start() {
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class));
        app = hub.host();
        other = hub.host();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static Caller.Answer ask(Caller host, String orchestrator, String id, String policy, String input) {
        return host.send(
                "POST", "/api/orchestrators/" + orchestrator + "/" + id + "?idConflictPolicy=" + policy, input);
    }

    private static Caller.Answer execution(String id, String executionId) {
        return other.send("GET", "/api/instances/" + id + "?executionId=" + executionId, (String) null);
    }

    /** The executions of an instance that had activities, in the order in which they began. */
    private static List<String> executionsOf(String id) {
        return hub.app().log().lines(id).stream()
                .filter(line -> line.event() == Event.START)
                .map(QueuedStartsIT::executionOf)
                .distinct()
                .toList();
    }

    private static String executionOf(Line line) {
        return line.task().substring(0, line.task().indexOf(':'));
    }

    @Test
    void aThousandRequestsDuringOneRunAreOneQueuedRunWithTheNewestInput() throws Exception {
        String id = "thousand";
        String first = app.start("HoldThenEcho", id, null).text("executionId");
        hub.awaitReached(id, "hold");
        Set<String> told = new HashSet<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            AtomicInteger next = new AtomicInteger();
            List<Future<Set<String>>> all = IntStream.range(0, THREADS)
                    .mapToObj(thread -> threads.submit(() -> {
                        Set<String> mine = new HashSet<>();
                        for (int i = next.getAndIncrement(); i < REQUESTS - 1; i = next.getAndIncrement()) {
                            Caller.Answer answer =
                                    ask(i % 2 == 0 ? app : other, "HoldThenEcho", id, "runAfter", "" + i);
                            assertThat(answer.code())
                                    .as(answer.response().body())
                                    .isEqualTo(202);
                            assertThat(answer.text("outcome")).isEqualTo("queued");
                            mine.add(answer.text("executionId"));
                        }
                        return mine;
                    }))
                    .toList();
            for (Future<Set<String>> some : all) {
                told.addAll(some.get());
            }
        } finally {
            threads.shutdownNow();
        }
        told.add(ask(app, "HoldThenEcho", id, "runAfter", "\"last\"").text("executionId"));
        assertThat(told).hasSize(1).doesNotContain(first);
        String further = told.iterator().next();

        Caller.Answer pending = execution(id, further);
        assertThat(pending.code()).isEqualTo(202);
        assertThat(pending.text("runtimeStatus")).isEqualTo("Pending");
        assertThat(pending.text("input")).isEqualTo("last");
        assertThat(app.status(id).text("executionId")).isEqualTo(first);
        assertThat(executionsOf(id)).containsExactly(first);
        hub.app().log().mark(id, "asked");

        hub.app().gates().open(id, "hold");
        Caller.Answer ended = app.await(
                id,
                "the end of the further run",
                answer -> answer.text("executionId").equals(further)
                        && answer.text("runtimeStatus").equals("Completed"));
        assertThat(ended.text("input")).isEqualTo("last");
        assertThat(execution(id, first).code()).isEqualTo(404);
        List<Line> lines = hub.app().log().lines(id);
        assertThat(executionsOf(id)).containsExactly(first, further);
        assertThat(lines.stream()
                        .dropWhile(line -> line.event() != Event.MARK)
                        .filter(line ->
                                line.event() == Event.START && line.activity().equals("Hold")))
                .extracting(QueuedStartsIT::executionOf)
                .containsExactly(further);
    }

    @Test
    void replacedHolderEndsBeforeTheNewRunBegins() {
        String id = "replaced";
        String first = app.start("HoldThenEcho", id, "1").text("executionId");
        hub.awaitReached(id, "hold");
        Caller.Answer replaced = ask(other, "EchoInput", id, "terminateExisting", "\"new\"");
        assertThat(replaced.code()).isEqualTo(202);
        assertThat(replaced.text("outcome")).isEqualTo("replaced");
        String second = replaced.text("executionId");
        app.await(
                id,
                "the new run",
                answer -> answer.text("executionId").equals(second)
                        && answer.text("runtimeStatus").equals("Completed"));
        app.awaitOutput(id, "\"new\"");
        assertThat(hub.app().log().lines(id))
                .extracting(line -> executionOf(line).equals(first) ? line.event() : null)
                .startsWith(Event.START, Event.INTERRUPT, null);
        assertOneAtATime(id);
    }

    @Test
    void startThatIsRepeatedUnderItsKeyThroughAnotherHostIsOne() {
        String id = "keyed";
        app.startFresh("HoldThenEcho", id, null);
        hub.awaitReached(id, "hold");
        for (String policy : List.of("runAfter", "terminateExisting")) {
            Caller.Answer first = keyed(app, id, policy);
            assertThat(first.code()).isEqualTo(202);
            assertThat(keyed(other, id, policy).response().body())
                    .isEqualTo(first.response()
                            .body()
                            .replace(app.base().toString(), other.base().toString()));
        }
        hub.app().gates().open(id, "hold");
        Caller.Answer ended =
                app.await(id, "its end", answer -> answer.text("runtimeStatus").equals("Completed"));
        for (String policy : List.of("runAfter", "terminateExisting")) {
            assertThat(keyed(other, id, policy).text("executionId")).isEqualTo(ended.text("executionId"));
        }
        assertThat(app.status(id).text("executionId")).isEqualTo(ended.text("executionId"));
        assertThat(executionsOf(id)).hasSize(2);
    }

    private static Caller.Answer keyed(Caller host, String id, String policy) {
        String path = "/api/orchestrators/HoldThenEcho/" + id + "?idConflictPolicy=" + policy;
        return host.send("POST", path, "\"" + policy + "\"", "Idempotency-Key", policy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail", "useExisting", "terminateExisting", "runAfter"})
    void startGetsATrueAnswerWhateverBecomesOfTheHolder(String policy) {
        for (int round = 0; round < ROUNDS; round++) {
            String id = "race-" + policy + "-" + round;
            String holder = app.start("EchoInput", id, "\"holder\"").text("executionId");
            int kind = round % 3;
            List<CompletableFuture<Caller.Answer>> racers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String input = "\"" + i + "\"";
                Caller host = i % 2 == 0 ? app : other;
                racers.add(CompletableFuture.supplyAsync(
                        () -> ask(host, "EchoInput", id, policy + "&idReusePolicy=allowDuplicate", input)));
            }
            CompletableFuture<Caller.Answer> meanwhile = CompletableFuture.supplyAsync(() -> switch (kind) {
                case 0 -> app.status(id);
                case 1 -> other.send("POST", "/api/instances/" + id + "/terminate", (String) null);
                default -> other.send("DELETE", "/api/instances/" + id, (String) null);
            });
            Map<String, List<String>> told = new HashMap<>();
            for (CompletableFuture<Caller.Answer> racer : racers) {
                Caller.Answer answer = racer.join();
                assertThat(answer.code()).as(answer.response().body()).isIn(202, 409);
                told.computeIfAbsent(answer.text("outcome"), outcome -> new ArrayList<>())
                        .add(answer.text("executionId"));
            }
            meanwhile.join();
            assertThat(told.getOrDefault("started", List.of())).doesNotHaveDuplicates();
            List<String> queued = new ArrayList<>(told.getOrDefault("queued", List.of()));
            queued.addAll(told.getOrDefault("replaced", List.of()));
            assertThat(queued).doesNotContain(holder);
            boolean followed = policy.equals("runAfter") || policy.equals("terminateExisting");
            assertThat(queued.isEmpty() || followed).isTrue();
            awaitQuiet(id);
            if (!policy.equals("terminateExisting") && kind != 1) {
                // Nothing was terminated: what somebody was told of has run.
                assertThat(executionsOf(id)).containsAll(queued).containsAll(told.getOrDefault("started", List.of()));
            }
            assertOneAtATime(id);
        }
    }

    /** Waits until the instance has ended and nothing follows; or is gone. */
    private static void awaitQuiet(String id) {
        String executionId = "";
        while (true) {
            Caller.Answer answer = app.status(id);
            if (answer.code() == 404) {
                return;
            }
            if (answer.code() == 200 && answer.text("executionId").equals(executionId)) {
                return;
            }
            executionId = answer.code() == 200 ? answer.text("executionId") : "";
            Caller.pause();
        }
    }

    /** Between the first and the last activity of an execution none of another one ran. */
    private static void assertOneAtATime(String id) {
        Map<String, Integer> running = new HashMap<>();
        for (Line line : hub.app().log().lines(id)) {
            if (line.event() == Event.MARK) {
                continue;
            }
            running.merge(executionOf(line), line.event() == Event.START ? 1 : -1, Integer::sum);
            assertThat(running.values().stream().filter(count -> count > 0))
                    .as("executions of %s with an activity at %s", id, line)
                    .hasSizeLessThanOrEqualTo(1);
        }
    }
}
