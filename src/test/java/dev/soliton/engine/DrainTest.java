package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.TaskCanceledException;
import dev.soliton.store.JournalRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orchestrators that take what is there, or want nothing of it. */
final class DrainTest {
    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private void start() {
        hub.client.start(new StartRequest("Actor", "actor", null));
    }

    private void raise(Object... data) {
        for (Object value : data) {
            hub.client.raiseEvent("actor", "add", String.valueOf(value), null);
        }
    }

    private Instance status() {
        return hub.client.status("actor", false).orElseThrow();
    }

    private static void drain(OrchestrationContext context, String name, List<Integer> taken) {
        while (true) {
            try {
                taken.add(context.waitForExternalEvent(name, Duration.ZERO, Integer.class)
                        .await());
            } catch (TaskCanceledException nothingMore) {
                return;
            }
        }
    }

    /** Takes one and then the rest, and waits; so again and again. */
    private void registerDrain(int rounds) {
        hub.registry.orchestrator("Actor", () -> context -> {
            List<List<Integer>> all = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                List<Integer> taken = new ArrayList<>();
                taken.add(context.waitForExternalEvent("add", Integer.class).await());
                drain(context, "other", taken);
                drain(context, "add", taken);
                all.add(taken);
            }
            return all;
        });
    }

    @Test
    void waitWithoutTimeTakesEventsThatArrivedBefore() {
        registerDrain(1);
        start();
        raise(1, 2, 3);
        hub.drain(hub.worker());
        assertThat(status().output()).isEqualTo("[[1,2,3]]");
    }

    @Test
    void waitsWithoutTimeTakeTheSameInEachReplay() {
        registerDrain(3);
        start();
        hub.drainNow(hub.worker());
        raise(1, 2);
        hub.drainNow(hub.worker());
        hub.client.raiseEvent("actor", "other", "7", null);
        hub.drainNow(hub.worker());
        raise(3, 4, 5);
        hub.drainNow(hub.worker());
        raise(6);
        hub.drainNow(hub.worker());
        assertThat(status().output()).as("%s", status()).isEqualTo("[[1,2],[3,7,4,5],[6]]");
    }

    @Test
    void waitWithoutTimeTakesEventsThatArrivedWhileSuspended() {
        registerDrain(1);
        start();
        hub.drainNow(hub.worker());
        hub.client.suspend("actor", null);
        hub.drainNow(hub.worker());
        raise(1, 2, 3);
        hub.drainNow(hub.worker());
        hub.client.resume("actor", null);
        hub.drainNow(hub.worker());
        assertThat(status().output()).isEqualTo("[[1,2,3]]");
    }

    @Test
    void waitWithoutTimeTakesEventsThatArrivedDuringAnActivity() {
        hub.registry
                .orchestrator("Actor", () -> context -> {
                    List<Integer> taken = new ArrayList<>();
                    context.callActivity("Raise").await();
                    drain(context, "add", taken);
                    return taken;
                })
                .activity("Raise", () -> context -> {
                    raise(1, 2);
                    return null;
                });
        start();
        hub.drain(hub.worker());
        assertThat(status().output()).isEqualTo("[1,2]");
    }

    @Test
    void executionThatAnEarlierVersionResumedIsReplayedAsItWasThen() {
        AtomicInteger notes = new AtomicInteger();
        hub.registry
                .orchestrator("Actor", () -> context -> {
                    List<Integer> taken = new ArrayList<>();
                    taken.add(context.waitForExternalEvent("add", Integer.class).await());
                    drain(context, "add", taken);
                    context.callActivity("Note").await();
                    taken.add(context.waitForExternalEvent("add", Integer.class).await());
                    return taken;
                })
                .activity("Note", () -> context -> {
                    notes.incrementAndGet();
                    return null;
                });
        start();
        hub.drainNow(hub.worker());
        hub.client.suspend("actor", null);
        raise(1, 2);
        hub.drainNow(hub.worker());
        // What was written then: the drain found nothing, and the activity was called behind the resume.
        JournalRow last = hub.instances.load("actor").journal().stream()
                .reduce((first, second) -> second)
                .orElseThrow();
        String then = last.events().substring(0, last.events().length() - 1)
                + ",{\"type\":\"ExecutionResumed\",\"at\":\"2030-01-01T00:00:00Z\"}"
                + ",{\"type\":\"TaskScheduled\",\"id\":0,\"name\":\"Note\",\"at\":\"2030-01-01T00:00:00Z\"}]";
        hub.instances.write("actor", List.of(new RowChange.DeleteJournal(last.key(), last.number())));
        hub.instances.write(
                "actor", List.of(new RowChange.InsertJournal(new JournalRow(last.key(), last.number(), then))));
        hub.client.raiseEvent("actor", "any", null, null);
        hub.drain(hub.worker());
        assertThat(status().output()).as("%s", status()).isEqualTo("[1,2]");
        assertThat(notes).hasValue(1);
    }

    @Test
    void generationThatDropsEventsGetsNoneThatArrivedBefore() {
        hub.registry.orchestrator("Actor", () -> context -> {
            Integer first = context.waitForExternalEvent("add", Integer.class).await();
            if (context.getGeneration() == 0) {
                context.continueAsNew(null, false);
            }
            return first;
        });
        start();
        for (int number = 1; number <= 250; number++) {
            raise(number);
        }
        hub.drain(hub.worker());
        assertThat(status().status()).as("%s", status()).isEqualTo(RuntimeStatus.RUNNING);
        raise(1_000);
        hub.drain(hub.worker());
        assertThat(status().output()).isEqualTo("1000");
    }
}
