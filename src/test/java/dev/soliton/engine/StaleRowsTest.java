package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.Instance;
import dev.soliton.client.ReusePolicy;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartRequest;
import dev.soliton.store.RuntimeStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of executions that were replaced: nothing that is kept apart. */
final class StaleRowsTest {
    private static final StartOptions AGAIN = StartOptions.DEFAULT.withReuse(ReusePolicy.ALLOW_DUPLICATE);
    private static final StartOptions AFTER = StartOptions.DEFAULT.withConflict(ConflictPolicy.RUN_AFTER);

    private final EngineFixture hub = new EngineFixture();
    private final Engine worker = hub.worker();

    @BeforeEach
    void register() {
        hub.registry
                .orchestrator(
                        "Job",
                        () -> context -> context.callActivity("Echo", context.getInput(String.class), String.class)
                                .await())
                .activity("Echo", () -> context -> context.getInput(String.class));
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private void start(String text, StartOptions options) {
        String input = "\"" + text.repeat(20_000) + "\"";
        hub.client.start(new StartRequest("Job", "x", input, options));
    }

    private void assertEndedWith(String text) {
        Instance ended = hub.client.status("x", true).orElseThrow();
        assertThat(ended.status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(ended.output()).isEqualTo("\"" + text.repeat(20_000) + "\"");
        assertThat(ended.input()).isEqualTo(ended.output());
    }

    @Test
    void valuesOfReplacedExecutionsAreRemoved() {
        start("a", AGAIN);
        hub.drain(worker);
        assertEndedWith("a");
        int values = hub.payloads.names().size();
        for (String text : new String[] {"b", "c", "d"}) {
            start(text, AGAIN);
            hub.drain(worker);
            assertEndedWith(text);
            assertThat(hub.payloads.names()).hasSize(values);
        }
    }

    @Test
    void valuesOfAnExecutionThatAnotherFollowedAreRemoved() {
        start("a", AFTER);
        start("b", AFTER);
        start("c", AFTER);
        hub.drain(worker);
        assertEndedWith("c");
        int values = hub.payloads.names().size();
        start("d", AFTER);
        start("e", AFTER);
        hub.drain(worker);
        assertEndedWith("e");
        assertThat(hub.payloads.names()).hasSize(values);
    }

    /** They are kept for the case that it is rewound. */
    @Test
    void valuesInTheInboxOfAFailedExecutionAreRemovedWithIt() {
        hub.registry.orchestrator("Failing", () -> context -> {
            throw new IllegalStateException("No luck.");
        });
        hub.client.start(new StartRequest("Failing", "x", null));
        hub.client.raiseEvent("x", "go", "\"" + "e".repeat(20_000) + "\"", null);
        hub.drain(worker);
        assertThat(hub.instances.load("x").inbox()).hasSize(1);
        String failed = hub.client.status("x", false).orElseThrow().executionId();
        start("a", AGAIN);
        hub.drain(worker);
        assertEndedWith("a");
        assertThat(hub.instances.load("x").inbox()).isEmpty();
        assertThat(hub.payloads.names()).isNotEmpty().noneMatch(name -> name.contains("/" + failed + "/"));
    }
}
