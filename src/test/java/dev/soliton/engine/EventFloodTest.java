package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.ReusePolicy;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartRequest;
import dev.soliton.client.TooManyEventsException;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.orchestration.Task;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WaitingFor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More events for an instance than it waits for: they have an end, and what it waits for gets through. */
@Tag("slow")
final class EventFloodTest {
    /** What an instance keeps, and what a process may send it until it looks. */
    private static final int MOST = 10_000 + 500;

    /** How long a look counts that found too many. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final EngineFixture hub = new EngineFixture();
    private final Engine worker = hub.worker();
    private final InstanceLog silent = silent();

    @AfterEach
    void close() {
        hub.close();
    }

    /** Hands the worker the messages that are visible, of which there are many, and none worth a line. */
    private void drain() {
        for (Optional<InMemoryWorkQueue.Delivery> next = hub.queue.receive();
                next.isPresent();
                next = hub.queue.receive()) {
            worker.process(next.get().message(), silent);
            hub.queue.delete(next.get());
        }
    }

    private static InstanceLog silent() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setLevel(Level.OFF);
        return new InstanceLog(logger);
    }

    private void startApproval() {
        hub.registry.orchestrator(
                "Approval",
                () -> context ->
                        context.waitForExternalEvent("approve", String.class).await());
        hub.client.start(new StartRequest("Approval", "job", null));
        drain();
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    /** Raises events until one is refused. */
    private int flood(OrchestrationClient client, String name, String value) {
        for (int accepted = 0; accepted < 3 * MOST; accepted++) {
            try {
                client.raiseEvent("job", name, value, null);
            } catch (TooManyEventsException refused) {
                return accepted;
            }
        }
        throw new AssertionError("None is refused.");
    }

    @Test
    void eventsThatNobodyWaitsForAreRefusedAtTheLimitAndAwaitedOnesAreNot() {
        startApproval();
        assertThat(flood(hub.client, "junk", "1")).isBetween(10_000, MOST);
        drain();
        assertThatThrownBy(() -> hub.client.raiseEvent("job", "junk", null, null))
                .isInstanceOf(TooManyEventsException.class)
                .hasMessageContaining("takes no 'junk' for now: it has 10");
        hub.client.raiseEvent("job", "APPROVE", "\"yes\"", null);
        drain();
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo("\"yes\"");
        assertThat(hub.client.raiseEvent("job", "junk", null, null)).isInstanceOf(SignalOutcome.Ended.class);
    }

    @Test
    void eventsThatWereProcessedCountForOtherProcessesToo() {
        startApproval();
        flood(hub.client, "junk", "1");
        drain();
        assertThat(Objects.requireNonNull(status().waitingFor()).unclaimedEvents())
                .isGreaterThanOrEqualTo(10_000);
        assertThat(flood(hub.client(hub.storage), "junk", "1")).isLessThan(500);
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
    }

    @Test
    void eventThatIsAwaitedButNotListedInTheStatusIsAccepted() {
        hub.registry.orchestrator("Votes", () -> context -> {
            List<Task<Void>> votes = new ArrayList<>();
            for (int voter = 0; voter <= WaitingFor.MOST; voter++) {
                votes.add(context.waitForExternalEvent("vote" + voter, Void.class));
            }
            context.allOf(votes).await();
            return "counted";
        });
        hub.client.start(new StartRequest("Votes", "job", null));
        drain();
        for (int events = 0; events < MOST; events++) {
            hub.client.raiseEvent("job", "junk", null, null);
        }
        drain();
        for (int voter = WaitingFor.MOST; voter >= 0; voter--) {
            hub.client.raiseEvent("job", "vote" + voter, null, null);
        }
        drain();
        assertThat(status().output()).isEqualTo("\"counted\"");
    }

    @Test
    void executionThatFollowsAFloodedOneTakesItsFirstEventsAtOnce() {
        startApproval();
        flood(hub.client, "junk", "1");
        hub.client.terminate("job", null);
        drain();
        hub.client.start(
                new StartRequest("Approval", "job", null, StartOptions.DEFAULT.withReuse(ReusePolicy.ALLOW_DUPLICATE)));
        assertThat(hub.client.raiseEvent("job", "remark", "1", null)).isInstanceOf(SignalOutcome.Accepted.class);
    }

    @Test
    void eventsWithLargeValuesAreRefusedBeforeTheyFillTheJournal() {
        startApproval();
        String value = "\"" + "x".repeat(16_000) + "\"";
        int accepted = 0;
        for (int burst = 0; burst < 3; burst++) {
            accepted += flood(hub.client, "junk", value);
            drain();
            hub.clock.advance(PAUSE);
        }
        assertThat(accepted).isBetween(1_000, 1_400);
        hub.client.raiseEvent("job", "approve", "\"yes\"", null);
        drain();
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    /** It may wait for the very event, or have a few large ones: neither is to be said to be otherwise. */
    @Test
    void refusalSaysHowManyEventsThereAreAndHowLarge() {
        startApproval();
        int accepted = flood(hub.client, "junk", "\"" + "x".repeat(9_998) + "\"");
        assertThatThrownBy(() -> hub.client.raiseEvent("job", "junk", null, null))
                .isInstanceOf(TooManyEventsException.class)
                .hasMessageContaining(accepted + " events already")
                .hasMessageContaining(accepted * 10_000L + " characters");
    }

    @Test
    void suspendedInstanceAcceptsThousandsAndNoMoreUntilItIsResumed() {
        hub.registry.orchestrator("Sum", () -> context -> {
            int sum = 0;
            for (int events = 0; events < 10_000; events++) {
                sum += Objects.requireNonNull(
                        context.waitForExternalEvent("add", Integer.class).await());
            }
            return sum;
        });
        hub.client.start(new StartRequest("Sum", "job", null));
        hub.client.suspend("job", null);
        drain();
        for (int events = 0; events < 9_000; events++) {
            hub.client.raiseEvent("job", "add", "1", null);
        }
        drain();
        assertThat(Objects.requireNonNull(status().waitingFor()).unclaimedEvents())
                .isEqualTo(9_000);
        flood(hub.client, "add", "1");
        hub.client.resume("job", null);
        drain();
        assertThat(status().output()).isEqualTo("10000");
    }

    @Test
    void burstsOfThousandsAreAcceptedAsOftenAsTheyAreProcessed() {
        hub.registry.orchestrator("Actor", () -> context -> {
            Integer count = context.getInput(Integer.class);
            int sum = count == null ? 0 : count;
            for (int events = 0; events < 500; events++) {
                sum += Objects.requireNonNull(
                        context.waitForExternalEvent("add", Integer.class).await());
            }
            context.setCustomStatus(sum);
            context.continueAsNew(sum);
            return null;
        });
        hub.client.start(new StartRequest("Actor", "job", null));
        drain();
        for (int burst = 1; burst <= 4; burst++) {
            for (int events = 0; events < 5_000; events++) {
                hub.client.raiseEvent("job", "add", "1", null);
            }
            drain();
            assertThat(status().customStatus()).isEqualTo(Integer.toString(burst * 5_000));
        }
    }

    @Test
    void eventUnderAKnownIdIsAcceptedAgainByAnInstanceAtItsLimit() {
        startApproval();
        hub.client.raiseEvent("job", "junk", null, "first");
        flood(hub.client, "junk", "1");
        assertThat(hub.client.raiseEvent("job", "junk", null, "first")).isInstanceOf(SignalOutcome.Accepted.class);
        assertThatThrownBy(() -> hub.client.raiseEvent("job", "junk", null, "second"))
                .isInstanceOf(TooManyEventsException.class);
        StartRequest start = new StartRequest("Approval", "job", null);
        assertThatThrownBy(() -> hub.client.raiseOrStart(start, "junk", null, null))
                .isInstanceOf(TooManyEventsException.class);
    }
}
