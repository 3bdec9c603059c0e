package dev.soliton.engine.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.EngineFixture;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.WatchedPayloadStore;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sub-orchestrations that run in the process of their parent, and what can go wrong between the two. */
final class SubOrchestrationRunTest {
    /** How long a parent that goes on waits for those that run beside it. */
    private static final Duration GRACE_PERIOD = EngineFixture.LIMITS.childGracePeriod();

    private static final String LONG = "x".repeat(Payloads.INLINE_LIMIT + 1);

    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private Instance instance(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    /** Waits in a thread of the author's, whatever interrupts it. */
    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
                break;
            } catch (InterruptedException stop) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One is left behind by the generation that called it, and comes to something when the next has a call of that number. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void childOfAnEarlierGenerationIsNotTakenForOneOfThePresent(boolean ends) {
        hub.onTake(limit -> limit.equals(GRACE_PERIOD) ? Duration.ZERO : limit);
        CountDownLatch slowRuns = new CountDownLatch(1);
        CountDownLatch lastRuns = new CountDownLatch(1);
        Orchestrator slow = context -> {
            if (ends) {
                slowRuns.countDown();
                await(lastRuns);
                return "slow";
            }
            return context.callActivity("Stubborn", null, String.class).await();
        };
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    if (context.getGeneration() == 0) {
                        context.callSubOrchestrator("Quick").await();
                        context.continueAsNew(null);
                    }
                    if (context.getGeneration() == 1) {
                        context.callSubOrchestrator("Slow", null, "slow");
                        context.callActivity("AwaitSlow").await();
                        context.continueAsNew(null);
                    }
                    return context.callSubOrchestrator("Last", null, String.class)
                            .await();
                })
                .orchestrator("Quick", () -> context -> "quick")
                .orchestrator("Slow", () -> slow)
                .orchestrator(
                        "Last",
                        () -> context ->
                                context.callActivity("Last", null, String.class).await())
                .activity("AwaitSlow", () -> context -> {
                    await(slowRuns);
                    return null;
                })
                .activity("Stubborn", () -> context -> {
                    slowRuns.countDown();
                    await(lastRuns);
                    return "slow";
                })
                .activity("Last", () -> context -> {
                    lastRuns.countDown();
                    awaitLeftAlone("slow", context);
                    return "last";
                });
        hub.client.start(new StartRequest("Parent", "parent", null));
        hub.drain(hub.worker());
        assertThat(instance("parent").status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(instance("parent").output()).isEqualTo("\"last\"");
        assertThat(instance("slow").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    private void awaitLeftAlone(String id, ActivityContext context) {
        while (instance(id).owner() != null && !context.isCancelled()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void parentReceivesALargeResultThatCannotBeReadAtOnce() {
        AtomicBoolean fails = new AtomicBoolean();
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    String result = context.callSubOrchestrator("Child", null, "child", String.class)
                            .await();
                    return String.valueOf(result).length();
                })
                .orchestrator("Child", () -> context -> {
                    fails.set(true);
                    return LONG;
                });
        WatchedPayloadStore values = new WatchedPayloadStore(hub.payloads, verb -> {
            if (verb.equals("get") && fails.getAndSet(false)) {
                throw new StorageException("planned: the value could not be read", null);
            }
        });
        Engine worker = hub.worker(hub.storage(values, 1 << 20));
        hub.client.start(new StartRequest("Parent", "parent", null));
        hub.drainNow(worker);
        assertThat(fails).isFalse();
        assertThat(instance("child").owner()).isNotNull();
        // It tries again as long as it works.
        hub.awaitIdle();
        worker.stop(Duration.ofMinutes(1));
        hub.drainNow(hub.worker());
        assertThat(instance("child").owner()).isNull();
        assertThat(instance("parent").output()).isEqualTo(String.valueOf(LONG.length()));
    }

    /** By the one in its parent's process, and by the one that is started through the queue. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callOfAChildWhoseInputIsGoneFails(boolean here) {
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    try {
                        return context.callSubOrchestrator("Child", LONG, "child", String.class)
                                .await();
                    } catch (TaskFailedException failed) {
                        return failed.getErrorDetails().getErrorMessage();
                    }
                })
                .orchestrator("Child", () -> context -> "child");
        // The request is written, and the value that it names is removed.
        Storage storage = hub.storage(new ForwardingInstanceStore(hub.instances) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                WriteOutcome outcome = super.write(instanceId, changes);
                hub.payloads.names().forEach(hub.payloads::delete);
                return outcome;
            }
        });
        hub.client.start(new StartRequest("Parent", "parent", null));
        hub.drain(here ? hub.worker(storage) : hub.workerWithoutRoomForChildren(storage));
        assertThat(instance("parent").status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(instance("parent").output()).contains("is gone");
        assertThat(hub.client.status("child", false)).isEmpty();
    }

    /** Nobody else would touch what it claims as long as this worker lives. */
    @Test
    void lateClaimOfAChildThatReplacesAFinishedHolderIsReleased() {
        List<Runnable> late = new ArrayList<>();
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    context.callSubOrchestrator("Child", null, "child").await();
                    return context.callSubOrchestrator("Child", null, "child", String.class)
                            .await();
                })
                .orchestrator("Child", () -> context -> "done");
        Engine worker = hub.worker(store -> new ForwardingInstanceStore(store) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                if (changes.stream().anyMatch(RowChange.ReplaceInstance.class::isInstance)
                        && changes.stream().anyMatch(RowChange.InsertGate.class::isInstance)) {
                    late.add(() -> super.write(instanceId, changes));
                    throw new StorageException("planned: write did not arrive yet", null);
                }
                return super.write(instanceId, changes);
            }
        });
        hub.client.start(new StartRequest("Parent", "parent", null));
        hub.drainNow(worker);
        assertThat(late).hasSize(3);
        AtomicInteger reads = new AtomicInteger();
        hub.onPause(() -> {
            if (reads.incrementAndGet() == 2) {
                late.get(0).run();
            }
        });
        hub.awaitIdle();
        worker.stop(Duration.ofMinutes(1));
        assertThat(reads).hasValue(2);
        assertThat(instance("child").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(instance("child").owner()).isNull();
        hub.drain(hub.worker());
        assertThat(instance("parent").output()).isEqualTo("\"done\"");
    }

    @Test
    void childThatHasEndedIsNotHandedOff() {
        hub.registry.orchestrator("Ends", () -> context -> "ended");
        hub.client.start(new StartRequest("Ends", "job", null));
        hub.drain(hub.worker());
        EngineServices services = hub.services(EngineFixture.LIMITS);
        WorkerLease lease = new WorkerLease(
                "worker", "lease", EngineFixture.LIMITS.lease(), services, services.moment(), none -> {});
        InstanceSession ended = new InstanceSession(
                services, lease, hub.instances.findRow("job").orElseThrow(), null, List.of());
        assertThatIllegalStateException().isThrownBy(() -> ended.handOff(Duration.ZERO));
    }
}
