package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.CRASH;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_ANSWER;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.Instance;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
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
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of an instance that takes those with it that it has called. */
final class TerminateChildrenTest {
    private static final List<String> FAMILY = List.of("i", "i.0", "i.1", "i.0.0", "i.0.1", "i.1.0", "i.1.1");

    /** How long a parent that ends waits for those that run beside it. */
    private static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

    private final EngineFixture hub = new EngineFixture();
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        hub.close();
    }

    /** Has two children, and they have two each, and all of them wait for what does not come. */
    private @Nullable Object family(OrchestrationContext context) {
        if (!context.getIsReplaying()) {
            begun.add(context.getInstanceId());
        }
        int depth = Objects.requireNonNull(context.getInput(Integer.class));
        for (int i = 0; i < 2 && depth > 0; i++) {
            context.callSubOrchestrator("Family", depth - 1, context.getInstanceId() + "." + i, Object.class);
        }
        return context.waitForExternalEvent("go").await();
    }

    private void startFamily(Engine worker) {
        hub.registry.orchestrator("Family", () -> this::family);
        hub.client.start(new StartRequest("Family", "i", "2"));
        hub.drain(worker);
        FAMILY.forEach(id -> assertStatus(id, RuntimeStatus.RUNNING));
    }

    private void assertStatus(String id, RuntimeStatus expected) {
        Instance instance = hub.client.status(id, false).orElseThrow();
        assertThat(instance.status()).as(id).isEqualTo(expected);
        if (expected.isTerminal()) {
            assertThat(instance.owner()).as("owner of " + id).isNull();
            assertThat(hub.instances.load(id).gates()).isEmpty();
            assertThat(hub.instances.load(id).inbox()).isEmpty();
        }
    }

    private void assertAllTerminated() {
        for (String id : FAMILY) {
            assertStatus(id, RuntimeStatus.TERMINATED);
            assertThat(hub.client.status(id, false).orElseThrow().output()).isEqualTo("\"enough\"");
        }
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void recursiveTerminationEndsChildrenAndTheirChildren() {
        Engine worker = hub.worker();
        startFamily(worker);
        assertThat(hub.client.terminate("i", "enough", true)).isInstanceOf(SignalOutcome.Accepted.class);
        hub.drain(worker);
        assertAllTerminated();
    }

    @Test
    void terminationWithoutRecursionLeavesTheChildrenRunning() {
        Engine worker = hub.worker();
        startFamily(worker);
        hub.client.terminate("i", "enough");
        hub.drain(worker);
        assertStatus("i", RuntimeStatus.TERMINATED);
        FAMILY.subList(1, FAMILY.size()).forEach(id -> assertStatus(id, RuntimeStatus.RUNNING));
    }

    @Test
    void recursiveTerminationEndsSuspendedChildrenToo() {
        Engine worker = hub.worker();
        startFamily(worker);
        hub.client.suspend("i", null);
        hub.client.suspend("i.1", null);
        hub.drain(worker);
        hub.client.terminate("i", "enough", true);
        hub.drain(worker);
        assertAllTerminated();
    }

    @Test
    void oneRecursiveTerminationOfSeveralEndsTheChildren() {
        Engine worker = hub.worker();
        startFamily(worker);
        hub.client.terminate("i", "enough");
        hub.client.terminate("i", "all of it", true);
        hub.drain(worker);
        assertAllTerminated();
    }

    static List<Object[]> faults() {
        List<Object[]> faults = new ArrayList<>();
        for (int calls = 0; calls < 16; calls++) {
            faults.add(new Object[] {calls, CRASH});
            faults.add(new Object[] {calls, LOST_REQUEST});
        }
        return faults;
    }

    /** Whoever takes over from a worker that got so far, and no further, ends the rest. */
    @ParameterizedTest
    @MethodSource("faults")
    void workerThatDiesAtACallIsFollowedByOneThatEndsTheRest(int calls, FaultyInstanceStore.Fault fault) {
        startFamily(hub.worker());
        hub.client.terminate("i", "enough", true);
        FaultyInstanceStore failing = failingAfter(calls, fault);
        Engine dying = hub.worker(store -> failing);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        try {
            dying.process(delivery.message(), hub.log);
            hub.queue.delete(delivery);
        } catch (RuntimeException | Error died) {
            hub.queue.redeliver(delivery, Duration.ZERO);
        }
        hub.drain(hub.worker());
        assertAllTerminated();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void lostAnswerChangesNothingInARecursiveTermination(int calls) {
        startFamily(hub.worker());
        hub.client.terminate("i", "enough", true);
        FaultyInstanceStore failing = new FaultyInstanceStore(hub.instances);
        for (int call = 0; call < calls; call++) {
            failing.plan(NONE);
        }
        failing.plan(LOST_ANSWER);
        hub.drain(hub.worker(store -> failing));
        assertAllTerminated();
    }

    private FaultyInstanceStore failingAfter(int calls, FaultyInstanceStore.Fault fault) {
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        for (int call = 0; call < calls; call++) {
            store.plan(NONE);
        }
        for (int call = 0; call < 200; call++) {
            store.plan(fault);
        }
        return store;
    }

    /** The worker died that had written down that the children are called, and had not called them. */
    @Test
    void childrenThatHaveNotBegunNeverBegin() {
        hub.registry.orchestrator("Family", () -> this::family);
        hub.client.start(new StartRequest("Family", "i", "1"));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        FaultyInstanceStore dying = failingAfter(3, CRASH);
        assertThatThrownBy(() -> hub.worker(store -> dying).process(delivery.message(), hub.log))
                .isInstanceOfAny(FaultyInstanceStore.Crash.class, EngineFailureException.class);
        hub.queue.redeliver(delivery, Duration.ZERO);
        hub.client.terminate("i", "enough", true);
        hub.drain(hub.worker());
        assertStatus("i", RuntimeStatus.TERMINATED);
        assertThat(hub.client.status("i.0", false)).isEmpty();
        assertThat(hub.client.status("i.1", false)).isEmpty();
        assertThat(begun).containsExactly("i");
    }

    /** The worker died that had taken the request in, and the next one has a version of the app that does not know it. */
    @Test
    void childWhoseTerminationIsCommittedEndsWithoutItsOrchestrator() {
        // The owner itself is at its wait when the request arrives. Its child can end that wait as well, and whether
        // the
        // owner then reads would depend on when the activity returns: so the activity does not return.
        Thread owner = Thread.currentThread();
        CountDownLatch underWay = new CountDownLatch(1);
        AtomicBoolean terminated = new AtomicBoolean();
        hub.onTake(limit -> {
            // Before its claim the worker waits for its lease, and the child waits on a thread of its own.
            if (Thread.currentThread() != owner
                    || hub.instances
                                    .findRow("i")
                                    .orElseThrow()
                                    .row()
                                    .ownership()
                                    .owner()
                            == null
                    || terminated.getAndSet(true)) {
                return limit;
            }
            awaitLatch(underWay);
            hub.client.terminate("i", "enough", true);
            // Long enough for the owner to read.
            hub.clock.advance(Duration.ofMinutes(1));
            return Duration.ZERO;
        });
        hub.registry
                .orchestrator("Works", () -> context -> {
                    context.callSubOrchestrator("Family", 0, "child", Object.class);
                    return context.callActivity("Act").await();
                })
                .orchestrator("Family", () -> this::family)
                .activity("Act", () -> context -> {
                    underWay.countDown();
                    new CountDownLatch(1).await();
                    return null;
                });
        hub.client.start(new StartRequest("Works", "i", null));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        assertThatThrownBy(() -> hub.worker(Dying::new).process(delivery.message(), hub.log))
                .isInstanceOfAny(Dying.Died.class, EngineFailureException.class);
        assertStatus("i", RuntimeStatus.RUNNING);
        assertThat(hub.instances.load("i").inbox()).isEmpty();
        hub.queue.redeliver(delivery, Duration.ZERO);
        hub.drain(hub.worker(new Registry()));
        assertStatus("i", RuntimeStatus.TERMINATED);
        assertStatus("child", RuntimeStatus.TERMINATED);
    }

    /** A request that was accepted before the end counts, though the orchestrator has returned meanwhile. */
    @Test
    void childrenEndWhoseParentCompletedOverTheRequest() {
        hub.registry
                .orchestrator("Ends", () -> context -> {
                    context.callSubOrchestrator("Family", 0, "child", Object.class);
                    context.waitForExternalEvent("end").await();
                    return "ended";
                })
                .orchestrator("Family", () -> this::family);
        hub.client.start(new StartRequest("Ends", "i", null));
        hub.drain(hub.worker());
        assertThat(begun).containsExactly("child");
        hub.client.raiseEvent("i", "end", null, null);
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        store.beforeNext("write", () -> hub.client.terminate("i", "enough", true));
        hub.drain(hub.worker(none -> store));
        assertStatus("i", RuntimeStatus.COMPLETED);
        assertStatus("child", RuntimeStatus.TERMINATED);
    }

    private void startOneThatLeavesItsChild() {
        hub.registry
                .orchestrator("Leaves", () -> context -> {
                    context.callSubOrchestrator("Family", 0, "child", Object.class);
                    return context.callActivity("Act").await();
                })
                .orchestrator("Family", () -> this::family)
                .activity("Act", () -> context -> null);
        hub.client.start(new StartRequest("Leaves", "i", null));
    }

    /** The child's start met with trouble when its parent, which did not wait for it, came to its end. */
    @Test
    void childThatNobodyWaitsForBeginsAlsoIfItsFirstStartFailed() {
        startOneThatLeavesItsChild();
        CountDownLatch ending = new CountDownLatch(1);
        hub.onTake(limit -> {
            if (limit.equals(GRACE_PERIOD)) {
                ending.countDown();
            }
            return limit;
        });
        hub.drain(hub.worker(store -> new FailingFor(store, "child", ending)));
        assertStatus("i", RuntimeStatus.COMPLETED);
        assertStatus("child", RuntimeStatus.RUNNING);
    }

    /** The parent had left the child to itself, whose first write is slow, when it met the request at its own end. */
    @Test
    void childWhoseStartIsUnderWayNeverBeginsIfItsParentMeetsTheRequestAtItsEnd() {
        startOneThatLeavesItsChild();
        hub.onTake(limit -> limit.equals(GRACE_PERIOD) ? Duration.ZERO : limit);
        SlowStart slow = new SlowStart();
        hub.drain(hub.worker(slow::before));
        assertStatus("i", RuntimeStatus.COMPLETED);
        slow.send();
        assertThat(hub.client.status("child", false)).isEmpty();
        assertThat(begun).isEmpty();
    }

    /** Holds the start of the child back, and lets a request to terminate come when the parent is about to end. */
    private final class SlowStart {
        private final CountDownLatch sent = new CountDownLatch(1);
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final AtomicBoolean requested = new AtomicBoolean();

        InstanceStore before(InstanceStore store) {
            return new ForwardingInstanceStore(store) {
                @Override
                public WriteOutcome write(String id, List<RowChange> changes) {
                    if (changes.stream().anyMatch(RowChange.InsertInstance.class::isInstance)) {
                        awaitLatch(sent);
                        WriteOutcome outcome = super.write(id, changes);
                        arrived.countDown();
                        return outcome;
                    }
                    if (changes.stream().anyMatch(RowChange.DeleteGate.class::isInstance)
                            && !requested.getAndSet(true)) {
                        hub.client.terminate("i", "enough", true);
                    }
                    return super.write(id, changes);
                }
            };
        }

        void send() {
            sent.countDown();
            awaitLatch(arrived);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A store whose process dies when it is about to write that an instance was terminated. */
    private static final class Dying extends ForwardingInstanceStore {
        static final class Died extends Error {}

        Dying(InstanceStore store) {
            super(store);
        }

        @Override
        public WriteOutcome write(String id, List<RowChange> changes) {
            if (changes.stream()
                    .anyMatch(change -> change instanceof RowChange.ReplaceInstance replace
                            && replace.row().status() == RuntimeStatus.TERMINATED)) {
                throw new Died();
            }
            return super.write(id, changes);
        }
    }

    /** A store whose first three writes for an instance come to nothing, once something has happened. */
    private static final class FailingFor extends ForwardingInstanceStore {
        private final String instanceId;
        private final CountDownLatch first;
        private final AtomicInteger failures = new AtomicInteger(3);

        FailingFor(InstanceStore store, String instanceId, CountDownLatch first) {
            super(store);
            this.instanceId = instanceId;
            this.first = first;
        }

        @Override
        public WriteOutcome write(String id, List<RowChange> changes) {
            if (id.equals(instanceId) && failures.getAndDecrement() > 0) {
                try {
                    assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException stop) {
                    throw new IllegalStateException(stop);
                }
                throw new StorageException("planned: write did not arrive", null);
            }
            return super.write(id, changes);
        }
    }
}
