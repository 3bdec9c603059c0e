package dev.soliton.cost;

import static dev.soliton.cost.Request.DELETE;
import static dev.soliton.cost.Request.PUT;
import static dev.soliton.cost.Request.READ;
import static dev.soliton.cost.Request.RECEIVE;
import static dev.soliton.cost.Request.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.Instance;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each operation asks of the storage, request by request; the same of every storage. */
abstract class RequestCount {
    private static final List<Request> START = List.of(READ, PUT, WRITE);

    /** The first of a turn: look, claim. */
    private static final List<Request> FIRST_TURN = List.of(RECEIVE, READ, WRITE);

    private final CountedHub hub = new CountedHub(this::storage);

    abstract HubStorage storage(SettableClock clock);

    @AfterEach
    void close() {
        hub.close();
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read.
    private static List<Request> all(List<Request>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    private static List<Request> times(int count, Request request) {
        return Collections.nCopies(count, request);
    }

    private void start(String name, @Nullable String input) {
        hub.client.start(new StartRequest(name, "job", input));
    }

    private void assertCompletedWith(@Nullable String output) {
        Instance job = hub.client.status("job", false).orElseThrow();
        assertThat(job.status()).as("status of %s", job).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(job.output()).isEqualTo(output);
        assertThat(job.owner()).isNull();
    }

    private static Object events(OrchestrationContext context) {
        List<@Nullable Integer> taken = new ArrayList<>();
        while (taken.size() < 2) {
            taken.add(context.waitForExternalEvent("go", Integer.class).await());
        }
        return taken;
    }

    @Test
    void startOfAFreshIdIsOneReadOneMessageAndOneRow() {
        hub.registry.orchestrator("Nothing", () -> context -> null);
        start("Nothing", "1");
        assertThat(hub.bill()).containsExactly(READ, PUT, WRITE);
    }

    @Test
    void startWithoutAnIdNeedsNoRead() {
        hub.registry.orchestrator("Nothing", () -> context -> null);
        hub.client.start(new StartRequest("Nothing", null, "1"));
        assertThat(hub.bill()).containsExactly(PUT, WRITE);
    }

    @Test
    void startOfAnIdThatIsTakenIsOneRead() {
        hub.registry.orchestrator("Nothing", () -> context -> null);
        start("Nothing", "1");
        hub.bill();
        start("Nothing", "2");
        assertThat(hub.bill()).containsExactly(READ);
        hub.run();
        hub.bill();
        start("Nothing", "3");
        assertThat(hub.bill()).containsExactly(READ);
    }

    @Test
    void runThatFollowsAnotherIsAWriteAndThenAMessageAndARow() {
        hub.registry.orchestrator("Nothing", () -> context -> context.getInput(Integer.class));
        start("Nothing", "1");
        hub.bill();
        StartOptions after = StartOptions.DEFAULT.withConflict(ConflictPolicy.RUN_AFTER);
        hub.client.start(new StartRequest("Nothing", "job", "2", after));
        assertThat(hub.bill()).containsExactly(READ, WRITE);
        hub.client.start(new StartRequest("Nothing", "job", "3", after));
        assertThat(hub.bill()).containsExactly(READ, WRITE);
        hub.run();
        assertThat(hub.bill())
                .isEqualTo(all(FIRST_TURN, List.of(WRITE, PUT, WRITE, DELETE), FIRST_TURN, List.of(WRITE, DELETE)));
        assertCompletedWith("3");
    }

    @Test
    void startInThePlaceOfAnotherPutsAMessageForThat() {
        hub.registry.orchestrator("Nothing", () -> context -> context.getInput(Integer.class));
        start("Nothing", "1");
        hub.bill();
        hub.client.start(new StartRequest(
                "Nothing", "job", "2", StartOptions.DEFAULT.withConflict(ConflictPolicy.TERMINATE_EXISTING)));
        assertThat(hub.bill()).containsExactly(READ, WRITE, PUT);
        hub.run();
        assertCompletedWith("2");
    }

    @Test
    void statusIsOneRead() {
        hub.registry.orchestrator("Nothing", () -> context -> context.getInput(Integer.class));
        start("Nothing", "1");
        hub.run();
        hub.bill();
        assertCompletedWith("1");
        assertThat(hub.bill()).containsExactly(READ);
    }

    @Test
    void jobWithoutActivitiesIsAClaimAndAnEnd() {
        hub.registry.orchestrator("Nothing", () -> context -> context.getInput(Integer.class));
        start("Nothing", "1");
        hub.run();
        assertThat(hub.bill())
                .isEqualTo(all(START, FIRST_TURN, List.of(WRITE, DELETE)))
                .hasSize(8);
        assertCompletedWith("1");
    }

    @ParameterizedTest
    @CsvSource({"1, 9", "2, 10", "5, 13", "30, 38"})
    void eachActivityAfterAnotherIsOneMore(int activities, int requests) {
        hub.registry
                .orchestrator("Chain", () -> context -> {
                    int sum = 0;
                    for (int i = 1; i <= activities; i++) {
                        Integer same =
                                context.callActivity("Same", i, Integer.class).await();
                        sum += same == null ? 0 : same;
                    }
                    return sum;
                })
                .activity("Same", () -> context -> context.getInput(Integer.class));
        start("Chain", null);
        hub.run();
        assertThat(hub.bill())
                .isEqualTo(all(START, FIRST_TURN, times(activities + 1, WRITE), List.of(DELETE)))
                .hasSize(requests);
        assertCompletedWith(String.valueOf(activities * (activities + 1) / 2));
    }

    @ParameterizedTest
    @CsvSource({"100, 10", "50, 10", "25, 12", "10, 18", "4, 33", "2, 58", "1, 108"})
    void activitiesThatEndTogetherShareAWrite(int together, int requests) {
        hub.activities.endTogether(together);
        fanOut(100);
        assertThat(hub.bill())
                .isEqualTo(all(START, FIRST_TURN, times(requests - 7, WRITE), List.of(DELETE)))
                .hasSize(requests);
        assertCompletedWith("100");
    }

    private void fanOut(int activities) {
        hub.registry
                .orchestrator("FanOut", () -> context -> {
                    List<Task<Integer>> tasks = new ArrayList<>();
                    for (int i = 0; i < activities; i++) {
                        tasks.add(context.callActivity("Same", i, Integer.class));
                    }
                    return Objects.requireNonNull(context.allOf(tasks).await()).size();
                })
                .activity("Same", () -> context -> context.getInput(Integer.class));
        start("FanOut", null);
        hub.run();
    }

    @Test
    void eventToAWaitingInstanceIsOneWriteAtEachEnd() {
        hub.registry.orchestrator("Events", () -> RequestCount::events);
        start("Events", null);
        hub.run();
        assertThat(hub.bill()).isEqualTo(all(START, FIRST_TURN, List.of(WRITE, DELETE)));
        hub.client.raiseEvent("job", "go", "1", null);
        assertThat(hub.bill()).containsExactly(WRITE, PUT);
        hub.run();
        assertThat(hub.bill()).containsExactly(RECEIVE, READ, WRITE, DELETE);
        hub.client.raiseEvent("job", "go", "2", "an id");
        hub.run();
        assertThat(hub.bill())
                .containsExactly(WRITE, PUT, RECEIVE, READ, WRITE, DELETE)
                .hasSize(6);
        assertCompletedWith("[1,2]");
    }

    @Test
    void eventFromAProcessThatDoesNotKnowTheInstanceIsOneReadMore() {
        hub.registry.orchestrator("Events", () -> RequestCount::events);
        start("Events", null);
        hub.run();
        hub.bill();
        hub.client().raiseEvent("job", "go", "1", null);
        hub.run();
        assertThat(hub.bill()).containsExactly(READ, WRITE, PUT, RECEIVE, READ, WRITE, DELETE);
    }

    @Test
    void processThatHasSeenAnInstanceKnowsIt() {
        hub.registry.orchestrator("Events", () -> RequestCount::events);
        start("Events", null);
        hub.run();
        var other = hub.client();
        other.status("job", false);
        hub.bill();
        other.raiseEvent("job", "go", "1", null);
        assertThat(hub.bill()).containsExactly(WRITE, PUT);
    }

    @Test
    void timerThatFiresIsAMessageAndATurnMore() {
        hub.registry.orchestrator("Sleeps", () -> context -> {
            context.createTimer(Duration.ofHours(1)).await();
            return context.getCurrentInstant();
        });
        start("Sleeps", null);
        hub.settle();
        assertThat(hub.bill()).isEqualTo(all(START, FIRST_TURN, List.of(PUT, WRITE, DELETE)));
        hub.run();
        assertThat(hub.bill()).containsExactly(RECEIVE, READ, WRITE, DELETE);
        assertCompletedWith("\"2030-01-01T01:00:00Z\"");
    }

    @Test
    void timerOfAFewSecondsIsOneWriteMore() {
        hub.registry.orchestrator("Naps", () -> context -> {
            context.createTimer(Duration.ofSeconds(2)).await();
            return context.getCurrentInstant();
        });
        start("Naps", null);
        hub.run();
        assertThat(hub.bill()).isEqualTo(all(START, FIRST_TURN, times(2, WRITE), List.of(DELETE)));
        assertCompletedWith("\"2030-01-01T00:00:02Z\"");
    }

    private void parent() {
        hub.registry
                .orchestrator(
                        "Parent",
                        () -> context -> context.callSubOrchestrator("Child", 7, "child", null, Integer.class)
                                .await())
                .orchestrator("Child", () -> context -> context.getInput(Integer.class));
        start("Parent", null);
        hub.run();
    }

    @Test
    void subOrchestrationInTheProcessOfItsParent() {
        parent();
        assertThat(hub.bill())
                .as("parent: request, child: start, end, parent: result, child: release, parent: end")
                .isEqualTo(all(START, FIRST_TURN, times(6, WRITE), List.of(DELETE)))
                .hasSize(8 + 5);
        assertCompletedWith("7");
    }

    /** The request for the second is written with the result of the first. */
    @Test
    void subOrchestrationThatReplacesAnotherOfItsId() {
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    context.callSubOrchestrator("Child", 6, "child").await();
                    return context.callSubOrchestrator("Child", 7, "child", null, Integer.class)
                            .await();
                })
                .orchestrator("Child", () -> context -> context.getInput(Integer.class));
        start("Parent", null);
        hub.run();
        assertThat(hub.bill()).hasSize(8 + 5 + (9 - 1));
        assertCompletedWith("7");
    }

    @Test
    void subOrchestrationThroughTheQueue() {
        hub.runNoChildren();
        parent();
        assertThat(hub.bill())
                .isEqualTo(all(
                        START,
                        FIRST_TURN,
                        List.of(WRITE, WRITE, PUT, WRITE, DELETE), // request, child's start, message, release
                        FIRST_TURN,
                        List.of(WRITE, WRITE, PUT, WRITE, DELETE), // end, result, message, release
                        List.of(RECEIVE, READ, WRITE, DELETE))) // the parent's end
                .hasSize(8 + 15);
        assertCompletedWith("7");
    }

    @Test
    void continueAsNewIsPartOfTheWriteThatFollows() {
        hub.registry.orchestrator("Actor", () -> context -> {
            Integer sum = context.getInput(Integer.class);
            Integer more = context.waitForExternalEvent("go", Integer.class).await();
            if (more == null || sum == null) {
                return sum;
            }
            context.continueAsNew(sum + more);
            return null;
        });
        start("Actor", "0");
        hub.run();
        hub.bill();
        for (int i = 1; i <= 20; i++) {
            hub.client.raiseEvent("job", "go", "1", null);
            hub.run();
            assertThat(hub.bill()).containsExactly(WRITE, PUT, RECEIVE, READ, WRITE, DELETE);
        }
        hub.client.raiseEvent("job", "go", null, null);
        hub.run();
        assertThat(hub.bill()).hasSize(6);
        assertCompletedWith("20");
    }
}
