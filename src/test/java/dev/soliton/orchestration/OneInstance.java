package dev.soliton.orchestration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import org.jspecify.annotations.Nullable;

/** A hub whose tests are about one instance, {@code i}, of one orchestrator, {@code It}. */
final class OneInstance implements AutoCloseable {
    final TestHub hub = new TestHub();

    OneInstance() {
        hub.activity("Echo", context -> context.getInput(Object.class));
        hub.activity("Fail", context -> {
            throw new IllegalStateException("no luck");
        });
    }

    /** Runs an orchestrator as far as it goes. */
    void run(Orchestrator orchestrator) {
        run(orchestrator, null);
    }

    void run(Orchestrator orchestrator, @Nullable Object input) {
        hub.orchestrator("It", () -> orchestrator);
        hub.start("It", "i", input);
        hub.settle();
    }

    /** Runs an orchestrator to its end. */
    @Nullable
    String outputOf(Orchestrator orchestrator) {
        run(orchestrator);
        return output();
    }

    /** What the instance returned, as JSON. */
    @Nullable
    String output() {
        Instance instance = hub.status("i");
        assertThat(instance.status()).as(instance.toString()).isEqualTo(RuntimeStatus.COMPLETED);
        return instance.output();
    }

    RuntimeStatus status() {
        return hub.status("i").status();
    }

    /** Raises an event, and lets it come in before anything else does. */
    void raise(String name, @Nullable Object payload) {
        hub.raise("i", name, payload);
        hub.settle();
    }

    /** What a task throws that fails. */
    static Exception thrownBy(Task<?> task) {
        try {
            task.await();
        } catch (Exception thrown) {
            return thrown;
        }
        throw new AssertionError("It gave a value.");
    }

    @Override
    public void close() {
        hub.close();
    }
}
