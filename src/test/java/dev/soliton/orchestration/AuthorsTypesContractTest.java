package dev.soliton.orchestration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.soliton.testkit.TestHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What authors write, and register. */
final class AuthorsTypesContractTest {
    private final OneInstance it = new OneInstance();
    private final TestHub hub = it.hub;

    @AfterEach
    void close() {
        it.close();
    }

    @Test
    void orchestratorReturnsItsOutputAndIsNewForEachRun() {
        final class Counts implements Orchestrator {
            private int runs;

            @Override
            public Object run(OrchestrationContext context) {
                runs++;
                context.waitForExternalEvent("go").await();
                return runs;
            }
        }
        hub.orchestrator("Counts", Counts::new);
        hub.start("Counts", "i");
        hub.settle();
        it.raise("go", null);
        assertThat(it.output()).isEqualTo("1");
    }

    @Test
    void activityReturnsItsResultAndIsNewForEachCall() {
        final class Counts implements Activity {
            private int runs;

            @Override
            public Object run(ActivityContext context) {
                return ++runs;
            }
        }
        try (TestHub registered = new TestHub(new Registry()
                .activity("Counts", Counts::new)
                .orchestrator(
                        "It",
                        () -> context -> List.of(
                                Objects.requireNonNull(context.callActivity("Counts", Integer.class)
                                        .await()),
                                Objects.requireNonNull(context.callActivity("Counts", Integer.class)
                                        .await()))))) {
            registered.start("It", "i");
            registered.settle();
            assertThat(registered.status("i").output()).isEqualTo("[1,1]");
        }
    }

    @Test
    void registryRejectsDuplicatesAndWhatCannotBeANameAndNoFactory() {
        Registry registry =
                new Registry().orchestrator("Same", () -> context -> null).activity("Same", () -> context -> null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.orchestrator("Same", () -> context -> null))
                .withMessageContaining("'Same'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.activity("Same", () -> context -> null))
                .withMessageContaining("'Same'");
        // Another name: case counts here.
        registry.orchestrator("same", () -> context -> null).activity("n".repeat(256), () -> context -> null);
        assertThat(registry.orchestrators()).containsExactly("Same", "same");
        for (String name : List.of("", " ", "a\nb", "n".repeat(257))) {
            assertThatIllegalArgumentException().isThrownBy(() -> registry.orchestrator(name, () -> context -> null));
            assertThatIllegalArgumentException().isThrownBy(() -> registry.activity(name, () -> context -> null));
        }
        refusesNull(registry);
    }

    @Test
    void registryRejectsDescriptionsOfWhatIsNotThereAndSecondAndEmptyAndEndlessOnes() {
        Registry registry = new Registry().orchestrator("Job", () -> context -> null);
        OrchestratorDescription described = OrchestratorDescription.of("Works.").withExampleInput("1");
        assertThat(registry.description("Job")).isEmpty();
        assertThat(registry.describe("Job", described).description("Job")).hasValue(described);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.describe("Job", described))
                .withMessageContaining("'Job'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.describe("Other", described))
                .withMessageContaining("'Other'");
        assertThatIllegalArgumentException().isThrownBy(() -> OrchestratorDescription.of(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> described.withInputSchema("x".repeat(OrchestratorDescription.MAX_LENGTH + 1)));
    }

    @SuppressWarnings("NullAway") // What an author who does not care may give.
    private static void refusesNull(Registry registry) {
        assertThatIllegalArgumentException().isThrownBy(() -> registry.orchestrator(null, () -> context -> null));
        assertThatIllegalArgumentException().isThrownBy(() -> registry.activity(null, () -> context -> null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.orchestrator("Other", (Supplier<Orchestrator>) null));
        assertThatIllegalArgumentException().isThrownBy(() -> registry.activity("Other", (Supplier<Activity>) null));
    }

    @Test
    void activityContextGetNameAndGetInputAndGetInstanceIdTellOfTheCall() {
        hub.activity(
                "Tell",
                context -> List.of(
                        context.getName(),
                        context.getInstanceId(),
                        Objects.requireNonNull(context.getInput(new TypeReference<List<Duration>>() {})),
                        Objects.requireNonNull(context.getInput(String[].class)).length));
        String output =
                it.outputOf(context -> context.callActivity("Tell", List.of(Duration.ofMinutes(1)), Object.class)
                        .await());
        assertThat(output).isEqualTo("[\"Tell\",\"i\",[\"PT1M\"],1]");
    }

    @Test
    void activityContextGetTaskIdIsThatOfOneAttemptAloneAndGetAttemptCounts() {
        List<String> ids = new ArrayList<>();
        List<Integer> attempts = new ArrayList<>();
        hub.activity("Flaky", context -> {
            ids.add(context.getTaskId());
            attempts.add(context.getAttempt());
            assertThat(context.getFencingToken()).isPositive();
            assertThat(context.isCancelled()).isFalse();
            if (context.getAttempt() < 3) {
                throw new IllegalStateException("again");
            }
            return null;
        });
        it.run(context -> {
            RetryPolicy policy = new RetryPolicy(3, Duration.ofHours(1));
            context.callActivity("Flaky", TaskOptions.withRetryPolicy(policy)).await();
            if (context.getGeneration() == 0) {
                context.continueAsNew(null);
            }
            return context.getExecutionId();
        });
        hub.advance(Duration.ofHours(4));
        assertThat(attempts).containsExactly(1, 2, 3, 1, 2, 3);
        String execution = hub.output("i", String.class);
        // Execution, generation and number of the request; the numbers between are those of the timers.
        assertThat(ids)
                .containsExactly(
                        execution + ":0:0",
                        execution + ":0:2",
                        execution + ":0:4",
                        execution + ":1:0",
                        execution + ":1:2",
                        execution + ":1:4");
    }

    @Test
    void activityContextGetFencingTokenGrowsWithEveryChangeOfOwner() {
        List<Long> tokens = new ArrayList<>();
        hub.activity("Tell", context -> {
            tokens.add(context.getFencingToken());
            return null;
        });
        it.run(context -> {
            for (int i = 0; i < 3; i++) {
                context.callActivity("Tell").await();
                // Nobody owns it while it waits.
                context.waitForExternalEvent("go").await();
            }
            return null;
        });
        for (int i = 0; i < 3; i++) {
            it.raise("go", null);
        }
        assertThat(it.output()).isNull();
        assertThat(tokens).hasSize(3).isSorted().doesNotHaveDuplicates();
    }
}
