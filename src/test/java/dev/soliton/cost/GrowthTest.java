package dev.soliton.cost;

import static dev.soliton.cost.Request.READ_VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an execution leaves in the storage as it goes on. */
@Tag("full")
final class GrowthTest {
    /** What makes a text longer than what is kept in a row. */
    private static final String LONG = "x".repeat(17_000);

    private final AtomicReference<MemoryHubStorage> account = new AtomicReference<>();
    private final CountedHub hub = new CountedHub(clock -> {
        account.set(new MemoryHubStorage(clock));
        return Objects.requireNonNull(account.get());
    });

    @AfterEach
    void close() {
        hub.close();
    }

    private MemoryHubStorage storage() {
        return Objects.requireNonNull(account.get());
    }

    private List<String> rows(String instanceId) {
        return storage().instances.keys(instanceId);
    }

    private Instance status(String instanceId) {
        return hub.client.status(instanceId, false).orElseThrow();
    }

    private void start(String name, String instanceId, @Nullable String input) {
        hub.client.start(new StartRequest(name, instanceId, input));
        hub.run();
    }

    private static int number(@Nullable String text) {
        return Integer.parseInt(String.valueOf(text).substring(LONG.length()));
    }

    /** Each generation has a long input, an activity of long values, and a timer. */
    private @Nullable Object generations(OrchestrationContext context) {
        int left = number(context.getInput(String.class));
        if (left == 0) {
            context.waitForExternalEvent("end").await();
            return "ended";
        }
        String result = context.callActivity("Same", LONG, String.class).await();
        context.createTimer(Duration.ofSeconds(1)).await();
        context.continueAsNew(result + (left - 1));
        return null;
    }

    private void runGenerations(String instanceId, int count) {
        start("Generations", instanceId, "\"" + LONG + count + "\"");
        assertThat(status(instanceId).status()).isEqualTo(RuntimeStatus.RUNNING);
    }

    @Test
    void tenThousandGenerationsLeaveAsMuchAsTen() {
        hub.registry
                .orchestrator("Generations", () -> this::generations)
                .activity("Same", () -> context -> context.getInput(String.class));
        runGenerations("ten", 10);
        int rowsOfTen = rows("ten").size();
        Set<String> valuesOfTen = storage().values.names();
        runGenerations("many", 10_000);
        assertThat(rows("many")).hasSize(rowsOfTen);
        assertThat(storage().values.names()).hasSize(2 * valuesOfTen.size());
        for (String instanceId : List.of("ten", "many")) {
            hub.client.raiseEvent(instanceId, "end", null, null);
            hub.run();
            assertThat(status(instanceId).output()).isEqualTo("\"ended\"");
        }
        assertThat(rows("many")).hasSameSizeAs(rows("ten"));
    }

    @Test
    void tenThousandGenerationsByEventsLeaveAsMuchAsTen() {
        hub.registry.orchestrator("Counter", () -> context -> {
            int count = number(context.getInput(String.class));
            String more = context.waitForExternalEvent("add", String.class).await();
            if (more == null) {
                return count;
            }
            context.continueAsNew(LONG + (count + 1));
            return null;
        });
        count("ten", 10);
        int rowsOfTen = rows("ten").size();
        int valuesOfTen = storage().values.names().size();
        count("many", 10_000);
        assertThat(rows("many")).hasSize(rowsOfTen);
        assertThat(storage().values.names()).hasSize(2 * valuesOfTen);
        hub.client.raiseEvent("many", "add", null, null);
        hub.run();
        assertThat(status("many").output()).isEqualTo("10000");
    }

    /** In the process of its parent it does not read what others have left under its ID, unless it replaces one of them. */
    @Test
    void fiftyRunsOfAChildUnderOneIdLeaveAsMuchAsFive() {
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    int left = Objects.requireNonNull(context.getInput(Integer.class));
                    if (left == 0) {
                        return "ended";
                    }
                    context.callSubOrchestrator("Child", LONG, "child of " + context.getInstanceId())
                            .await();
                    context.continueAsNew(left - 1);
                    return null;
                })
                .orchestrator(
                        "Child",
                        () -> context -> context.callActivity("Same", context.getInput(String.class), String.class)
                                .await())
                .activity("Same", () -> context -> context.getInput(String.class));
        start("Parent", "five", "5");
        List<String> rowsOfFive = rowsWithoutProofs("child of five");
        int valuesOfFive = storage().values.names().size();
        start("Parent", "fifty", "50");
        assertThat(status("fifty").output()).isEqualTo("\"ended\"");
        assertThat(rowsWithoutProofs("child of fifty")).hasSameSizeAs(rowsOfFive);
        assertThat(storage().values.names()).hasSize(2 * valuesOfFive);
    }

    /** Each start has a proof, which stays for who may ask. */
    private List<String> rowsWithoutProofs(String instanceId) {
        return rows(instanceId).stream().filter(key -> !key.startsWith("key|")).toList();
    }

    @Test
    void longValuesAreReadOnceATurn() {
        hub.registry
                .orchestrator("Reads", () -> context -> {
                    String input = context.getInput(String.class);
                    Task<String> task = context.callActivity("Same", context.getInput(String.class), String.class);
                    task.await();
                    context.allOf(List.of(task, task.thenApply(String::valueOf)))
                            .await();
                    context.waitForExternalEvent("go", String.class).await();
                    return String.valueOf(task.await()).equals(context.getInput(String.class) + input);
                })
                .activity("Same", () -> context -> context.getInput(String.class) + context.getInput(String.class));
        hub.bill();
        start("Reads", "job", "\"" + LONG + "\"");
        // By the orchestrator its input and the result, and by the activity its input.
        assertThat(hub.bill()).filteredOn(READ_VALUE::equals).hasSize(3);
        hub.client.raiseEvent("job", "go", "\"" + LONG + "\"", null);
        hub.run();
        // Its input, the result, and the event's.
        assertThat(hub.bill()).filteredOn(READ_VALUE::equals).hasSize(3);
        assertThat(status("job").output()).isEqualTo("true");
    }

    private void count(String instanceId, int events) {
        start("Counter", instanceId, "\"" + LONG + "0\"");
        for (int i = 0; i < events; i++) {
            hub.client.raiseEvent(instanceId, "add", "\"" + LONG + "\"", null);
            // Now and then several at once.
            if (i % 3 != 1) {
                hub.run();
            }
        }
        hub.run();
    }
}
