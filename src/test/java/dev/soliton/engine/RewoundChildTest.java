package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.CRASH;
import static dev.soliton.store.FaultyInstanceStore.Fault.LATE;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_ANSWER;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.RewindOutcome.Rewound;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sub-orchestrations that have failed, and go on when the one is rewound that called them. */
final class RewoundChildTest {
    private static final String PARENT = "parent";
    private static final String CHILD = "child";

    private final EngineFixture hub = new EngineFixture();
    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @BeforeEach
    void register() {
        hub.registry
                .activity("Before", () -> activity -> {
                    ran.add("before");
                    return null;
                })
                .activity("Do", () -> activity -> {
                    if (broken.get()) {
                        throw new IllegalStateException("It is broken.");
                    }
                    ran.add("done");
                    return "done";
                })
                .orchestrator("Child", () -> context -> {
                    context.callActivity("Before").await();
                    return context.callActivity("Do", null, String.class).await();
                })
                .orchestrator("Parent", () -> RewoundChildTest::child);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private static String child(OrchestrationContext context) {
        return context.callSubOrchestrator("Child", null, CHILD, String.class).await() + " by the child";
    }

    private Instance instance(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    private void start() {
        hub.client.start(new StartRequest("Parent", PARENT, null));
        hub.drain(hub.worker());
    }

    private void startAndFail() {
        start();
        assertThat(instance(PARENT).status()).isEqualTo(RuntimeStatus.FAILED);
    }

    private void rewind(String id) {
        assertThat(hub.client.rewind(id, null)).isInstanceOf(Rewound.class);
    }

    private void rewindMended() {
        broken.set(false);
        rewind(PARENT);
        hub.drain(hub.worker());
    }

    private void assertCompleted() {
        assertThat(instance(PARENT).status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(instance(PARENT).output()).isEqualTo("\"done by the child\"");
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void stepsThatTheChildCompletedStayCompleted() {
        startAndFail();
        String execution = instance(CHILD).executionId();
        rewindMended();
        assertCompleted();
        assertThat(ran).containsExactly("before", "done");
        assertThat(instance(CHILD).executionId()).isEqualTo(execution);
        assertThat(instance(CHILD).owner()).isNull();
    }

    @Test
    void eventsThatItHadStay() {
        hub.registry.orchestrator("Approved", () -> context -> {
            context.waitForExternalEvent("approval").await();
            return context.callActivity("Do", null, String.class).await();
        });
        hub.registry.orchestrator(
                "Asks",
                () -> context -> context.callSubOrchestrator("Approved", null, CHILD, String.class)
                        .await());
        hub.client.start(new StartRequest("Asks", PARENT, null));
        hub.drain(hub.worker());
        hub.client.raiseEvent(CHILD, "approval", null, null);
        hub.drain(hub.worker());
        assertThat(instance(PARENT).status()).isEqualTo(RuntimeStatus.FAILED);
        rewindMended();
        assertThat(instance(PARENT).output()).isEqualTo("\"done\"");
    }

    @Test
    void soDoTheirsAndAsOftenAsTheyFail() {
        hub.registry.orchestrator(
                "Grandparent",
                () -> context -> context.callSubOrchestrator("Parent", null, PARENT, String.class)
                        .await());
        hub.client.start(new StartRequest("Grandparent", "grandparent", null));
        hub.drain(hub.worker());
        for (int i = 0; i < 3; i++) {
            assertThat(instance("grandparent").status()).isEqualTo(RuntimeStatus.FAILED);
            rewind("grandparent");
            hub.drain(hub.worker());
        }
        broken.set(false);
        rewind("grandparent");
        hub.drain(hub.worker());
        assertThat(instance("grandparent").output()).isEqualTo("\"done by the child\"");
        assertCompleted();
        assertThat(ran).containsExactly("before", "done");
    }

    /** With IDs of their own, so that the first attempt stays as it is. */
    @Test
    void ofSeveralAttemptsTheLastGoesOn() {
        hub.registry.orchestrator(
                "Retries",
                () -> context -> context.callSubOrchestrator(
                                "Child",
                                null,
                                null,
                                TaskOptions.withRetryPolicy(new RetryPolicy(2, Duration.ofSeconds(1))),
                                String.class)
                        .await());
        hub.client.start(new StartRequest("Retries", PARENT, null));
        hub.drain(hub.worker());
        assertThat(ran).containsExactly("before", "before");
        rewindMended();
        assertThat(instance(PARENT).output()).isEqualTo("\"done\"");
        assertThat(ran).containsExactly("before", "before", "done");
    }

    @Test
    void childThatWasTerminatedStartsAgain() {
        hub.registry.orchestrator("Waits", () -> context -> {
            if (broken.get()) {
                context.waitForExternalEvent("never").await();
            }
            return "done";
        });
        hub.registry.orchestrator(
                "Calls",
                () -> context -> context.callSubOrchestrator("Waits", null, CHILD, String.class)
                        .await());
        hub.client.start(new StartRequest("Calls", PARENT, null));
        hub.drain(hub.worker());
        hub.client.terminate(CHILD, null);
        hub.drain(hub.worker());
        String execution = instance(CHILD).executionId();
        rewindMended();
        assertThat(instance(PARENT).output()).isEqualTo("\"done\"");
        assertThat(instance(CHILD).executionId()).isNotEqualTo(execution);
    }

    @Test
    void childThatWasPurgedStartsAgain() {
        startAndFail();
        assertThat(hub.client.purge(CHILD)).isInstanceOf(PurgeOutcome.Purged.class);
        rewindMended();
        assertCompleted();
        assertThat(ran).containsExactly("before", "before", "done");
    }

    @Test
    void childThatWasRewoundByItselfAndHasCompletedIsNotRunAgain() {
        startAndFail();
        broken.set(false);
        rewind(CHILD);
        hub.drain(hub.worker());
        assertThat(instance(CHILD).status()).isEqualTo(RuntimeStatus.COMPLETED);
        rewindMended();
        assertCompleted();
        assertThat(ran).containsExactly("before", "done");
    }

    /** It is on its own, and the call fails as one does whose ID is in use. */
    @Test
    void childThatWasRewoundByItselfAndRunsIsNotWaitedFor() {
        startAndFail();
        rewind(CHILD);
        hub.client.suspend(CHILD, null);
        hub.drain(hub.worker());
        assertThat(instance(CHILD).status()).isEqualTo(RuntimeStatus.SUSPENDED);
        rewindMended();
        assertThat(instance(PARENT).status()).isEqualTo(RuntimeStatus.FAILED);
        hub.client.resume(CHILD, null);
        hub.drain(hub.worker());
        rewindMended();
        assertCompleted();
        assertThat(ran).containsExactly("before", "done");
    }

    static List<Object[]> faults() {
        List<Object[]> faults = new ArrayList<>();
        for (int calls = 0; calls < 14; calls++) {
            faults.add(new Object[] {calls, 1, LOST_ANSWER});
            faults.add(new Object[] {calls, 1, LOST_REQUEST});
            faults.add(new Object[] {calls, 200, LOST_REQUEST});
            faults.add(new Object[] {calls, 200, CRASH});
        }
        return faults;
    }

    /** Whoever takes over from a worker that got so far goes on with the same child. */
    @ParameterizedTest
    @MethodSource("faults")
    void rewoundChildGoesOnOnceWhateverFails(int calls, int length, FaultyInstanceStore.Fault fault) {
        startAndFail();
        String execution = instance(CHILD).executionId();
        broken.set(false);
        rewind(PARENT);
        processWith(failing(calls, length, fault));
        hub.drain(hub.worker());
        assertCompleted();
        assertThat(ran).startsWith("before").containsOnlyOnce("before");
        assertThat(instance(CHILD).executionId()).isEqualTo(execution);
    }

    /** Whoever takes the parent over takes the child along, also where the write is late that makes it go on. */
    @ParameterizedTest
    @MethodSource("faults")
    void rewoundChildEndsWithItsParentWhateverFails(int calls, int length, FaultyInstanceStore.Fault fault) {
        startAndFail();
        rewind(PARENT);
        processWith(failing(calls, length, fault));
        hub.client.terminate(PARENT, null, true);
        hub.drain(hub.worker());
        assertThat(instance(PARENT).status().isTerminal()).isTrue();
        assertThat(instance(CHILD).status().isTerminal()).isTrue();
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void childDoesNotGoOnByAWriteAfterTheEndOfItsParent() {
        startAndFail();
        rewind(PARENT);
        FaultyInstanceStore late = new FaultyInstanceStore(hub.instances);
        AtomicBoolean dead = new AtomicBoolean();
        processWith(new ForwardingInstanceStore(late) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                if (dead.get()) {
                    throw new StorageException("planned: the worker is cut off", null);
                }
                if (instanceId.equals(CHILD)) {
                    dead.set(true);
                    late.plan(LATE);
                }
                return super.write(instanceId, changes);
            }
        });
        assertThat(dead).isTrue();
        hub.client.terminate(PARENT, null, true);
        hub.drain(hub.worker());
        assertThat(instance(PARENT).status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(late.land()).hasSize(1).hasOnlyElementsOfType(WriteOutcome.Conflict.class);
        assertThat(instance(CHILD).status()).isEqualTo(RuntimeStatus.FAILED);
        hub.drain(hub.worker());
        assertThat(hub.queue.messages()).isEmpty();
    }

    private FaultyInstanceStore failing(int calls, int length, FaultyInstanceStore.Fault fault) {
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        for (int call = 0; call < calls; call++) {
            store.plan(NONE);
        }
        for (int call = 0; call < length; call++) {
            store.plan(fault);
        }
        return store;
    }

    private void processWith(InstanceStore store) {
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        try {
            hub.worker(none -> store).process(delivery.message(), hub.log);
            hub.queue.delete(delivery);
        } catch (RuntimeException | Error died) {
            hub.queue.redeliver(delivery, Duration.ZERO);
        }
    }
}
