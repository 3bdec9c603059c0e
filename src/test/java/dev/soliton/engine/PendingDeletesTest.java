package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.Instance;
import dev.soliton.client.ReusePolicy;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.Task;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WatchedPayloadStore;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What executions and generations that are over leave behind, and who removes it. */
final class PendingDeletesTest {
    private static final String LONG = "x".repeat(Payloads.INLINE_LIMIT + 1);

    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        others.shutdownNow();
        hub.close();
    }

    private Instance instance(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    private void start(String name, String id, StartOptions options) {
        hub.client.start(new StartRequest(name, id, null, options));
    }

    /**
     * A long job was replaced by a short run, which another follows. The host of the short run clears away what the long job has
     * left after it gave the ID away, and the follower's wants to, with its commits.
     */
    @Test
    void commitIsNotRefusedForRowsThatAnotherWriterHasRemoved() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch cleared = new CountDownLatch(1);
        hub.registry
                .orchestrator("Long", () -> context -> {
                    for (int step = 0; step < 450; step++) {
                        context.callActivity("Step").await();
                    }
                    return "long";
                })
                .orchestrator(
                        "Short",
                        () -> context ->
                                context.waitForExternalEvent("go", String.class).await())
                .orchestrator(
                        "Work",
                        () -> context -> context.callActivity("Count", null, String.class)
                                .await())
                .activity("Step", () -> context -> null)
                .activity("Count", () -> context -> {
                    runs.incrementAndGet();
                    working.countDown();
                    assertThat(cleared.await(60, TimeUnit.SECONDS)).isTrue();
                    return "counted";
                });
        Engine second = hub.worker();
        start("Long", "job", StartOptions.DEFAULT);
        hub.drainNow(second);
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.COMPLETED);
        start("Short", "job", StartOptions.DEFAULT.withReuse(ReusePolicy.ALLOW_DUPLICATE));
        start("Work", "job", StartOptions.DEFAULT.withConflict(ConflictPolicy.RUN_AFTER));
        hub.client.raiseEvent("job", "go", "\"on\"", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        AtomicBoolean clearing = new AtomicBoolean();
        List<Future<TurnOutcome>> follower = new ArrayList<>();
        List<InMemoryWorkQueue.Delivery> received = new ArrayList<>();
        Engine first = hub.worker(store -> new ForwardingInstanceStore(store) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                if (changes.stream().allMatch(RowChange.DeleteJournal.class::isInstance) && !clearing.getAndSet(true)) {
                    // Another host is quick to get the messages for the run that follows, which is at work by now.
                    for (Optional<InMemoryWorkQueue.Delivery> next = hub.queue.receive();
                            next.isPresent();
                            next = hub.queue.receive()) {
                        InMemoryWorkQueue.Delivery message = next.get();
                        received.add(message);
                        follower.add(others.submit(() -> second.process(message.message(), hub.log)));
                    }
                    await(working);
                }
                return super.write(instanceId, changes);
            }
        });
        assertThat(first.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.ENDED);
        hub.queue.delete(delivery);
        assertThat(clearing).isTrue();
        cleared.countDown();
        for (Future<TurnOutcome> turn : follower) {
            turn.get(60, TimeUnit.SECONDS);
        }
        received.forEach(hub.queue::delete);
        assertThat(instance("job").output()).isEqualTo("\"counted\"");
        assertThat(runs).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    @Test
    void nothingIsLeftOfWhatAChildSendsToAParentThatWasPurged() {
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    context.callSubOrchestrator("Child", null, "child", String.class);
                    return "done";
                })
                .orchestrator("Child", () -> context -> {
                    context.waitForExternalEvent("end").await();
                    return LONG;
                });
        Engine worker = hub.worker();
        start("Parent", "parent", StartOptions.DEFAULT);
        hub.drainNow(worker);
        hub.clock.advance(Duration.ofDays(2));
        hub.client.purge("parent");
        hub.client.raiseEvent("child", "end", null, null);
        hub.drainNow(worker);
        assertThat(instance("child").status()).isEqualTo(RuntimeStatus.COMPLETED);
        hub.clock.advance(Duration.ofDays(2));
        hub.client.purge("child");
        assertThat(hub.payloads.names()).isEmpty();
    }

    @Test
    void largeEventThatIsRaisedAgainUnderItsIdLeavesNothing() {
        registerActor();
        Engine worker = hub.worker();
        start("Actor", "actor", StartOptions.DEFAULT);
        hub.drainNow(worker);
        for (int i = 0; i < 10; i++) {
            hub.client.raiseEvent("actor", "add", "\"" + LONG + "\"", "the same");
            hub.drainNow(worker);
        }
        assertThat(hub.payloads.names()).isEmpty();
    }

    /** The answer to its write was lost, and its value is that of the event. */
    @Test
    void largeEventWhoseAnswerIsLostKeepsItsValue() {
        registerActor();
        Engine worker = hub.worker();
        start("Actor", "actor", StartOptions.DEFAULT);
        hub.drainNow(worker);
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        store.plan(FaultyInstanceStore.Fault.NONE, FaultyInstanceStore.Fault.LOST_ANSWER);
        hub.client(hub.storage(store)).raiseEvent("actor", "add", "\"" + LONG + "\"", "the same");
        assertThat(store.calls()).containsExactly("find", "write", "findAnswer");
        hub.drainNow(worker);
        assertThat(instance("actor").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(hub.client.status("actor", true).orElseThrow().input()).isEqualTo(String.valueOf(LONG.length()));
        assertThat(hub.payloads.names()).isEmpty();
    }

    private void registerActor() {
        hub.registry.orchestrator("Actor", () -> context -> {
            String text = context.waitForExternalEvent("add", String.class).await();
            context.continueAsNew(String.valueOf(text).length());
            return null;
        });
    }

    /** The worker of the sender died before it had written down that the event is sent, and the next one sends it again. */
    @Test
    void largeEventThatAnInstanceSendsTwiceLeavesNothing() {
        registerActor();
        hub.registry.orchestrator("Sender", () -> context -> {
            context.sendEvent("actor", "add", LONG);
            context.waitForExternalEvent("never").await();
            return null;
        });
        Engine worker = hub.worker();
        start("Actor", "actor", StartOptions.DEFAULT);
        hub.drainNow(worker);
        start("Sender", "sender", StartOptions.DEFAULT);
        AtomicBoolean sent = new AtomicBoolean();
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        Engine dying = hub.worker(store -> new DyingOnceSent(store, sent));
        try {
            dying.process(delivery.message(), hub.log);
        } catch (RuntimeException | Error died) {
            hub.queue.redeliver(delivery, Duration.ZERO);
        }
        assertThat(sent).isTrue();
        hub.drain(hub.worker());
        assertThat(hub.client.status("actor", true).orElseThrow().input()).isEqualTo(String.valueOf(LONG.length()));
        // That of the request, in the journal of the sender.
        assertThat(hub.payloads.names()).hasSize(1);
    }

    private static final class DyingOnceSent extends ForwardingInstanceStore {
        private final AtomicBoolean sent;

        DyingOnceSent(InstanceStore store, AtomicBoolean sent) {
            super(store);
            this.sent = sent;
        }

        @Override
        public WriteOutcome write(String instanceId, List<RowChange> changes) {
            if (instanceId.equals("sender") && sent.get()) {
                throw new AssertionError("planned: the process died");
            }
            WriteOutcome outcome = super.write(instanceId, changes);
            if (instanceId.equals("actor")) {
                sent.set(true);
            }
            return outcome;
        }
    }

    /** Each is a request, and the turn has other things to do. */
    @Test
    void turnDoesNotWaitForTheRemovalOfVeryManyValues() {
        int values = 200;
        hub.registry
                .orchestrator("Many", () -> context -> {
                    if (context.getGeneration() > 0) {
                        context.waitForExternalEvent("never").await();
                    }
                    List<Task<String>> tasks = new ArrayList<>();
                    for (int i = 0; i < values; i++) {
                        tasks.add(context.callActivity("Value", null, String.class));
                    }
                    context.allOf(tasks).await();
                    context.continueAsNew(null);
                    return null;
                })
                .activity("Value", () -> context -> LONG);
        List<Runnable> beside = new ArrayList<>();
        AtomicInteger removed = new AtomicInteger();
        WatchedPayloadStore texts = new WatchedPayloadStore(hub.payloads, verb -> {
            if (verb.equals("delete")) {
                removed.incrementAndGet();
            }
        });
        start("Many", "many", StartOptions.DEFAULT);
        hub.drainNow(hub.worker(hub.storage(texts, 1 << 20), beside::add));
        assertThat(instance("many").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(removed).hasValueBetween(1, 50);
        assertThat(hub.payloads.names()).hasSize(values - removed.get());
        beside.get(beside.size() - 1).run();
        assertThat(hub.payloads.names()).isEmpty();
    }
}
