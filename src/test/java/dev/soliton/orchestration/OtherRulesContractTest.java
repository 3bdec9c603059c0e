package dev.soliton.orchestration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of JSON, suspension, termination, open tasks and limits. */
final class OtherRulesContractTest {
    private final OneInstance it = new OneInstance();
    private final TestHub hub = it.hub;

    /** A value with what JSON has no type of its own for. */
    record Booking(LocalDate day, Instant at, Duration length) {}

    @AfterEach
    void close() {
        it.close();
    }

    // JSON.

    @Test
    void jsonOfJavaTimeIsIso8601AndComesBackAsItWas() {
        Booking booking = new Booking(
                LocalDate.of(2030, 2, 28), Instant.parse("2030-02-28T12:00:00.000000001Z"), Duration.ofMinutes(90));
        String output = it.outputOf(context -> {
            Booking back = context.callActivity("Echo", booking, Booking.class).await();
            assertThat(back).isEqualTo(booking);
            return back;
        });
        assertThat(output)
                .isEqualTo("{\"day\":\"2030-02-28\",\"at\":\"2030-02-28T12:00:00.000000001Z\",\"length\":\"PT1H30M\"}");
    }

    @Test
    void jsonPropertiesThatAreUnknownAreIgnoredOnRead() {
        it.run(
                context ->
                        Objects.requireNonNull(context.getInput(Booking.class)).day(),
                Map.of("day", "2030-02-28", "since a later version", List.of(1)));
        assertThat(it.output()).isEqualTo("\"2030-02-28\"");
    }

    @Test
    void jsonOfGenericTypesIsReadByTypeReference() {
        String output = it.outputOf(context -> {
            Map<String, List<Booking>> byName =
                    Map.of("a", List.of(new Booking(LocalDate.of(2030, 1, 1), TestHub.START, Duration.ZERO)));
            Map<String, List<Booking>> back = context.callActivity(
                            "Echo", byName, new TypeReference<Map<String, List<Booking>>>() {})
                    .await();
            assertThat(back).isEqualTo(byName);
            return "done";
        });
        assertThat(output).isEqualTo("\"done\"");
    }

    // Suspend and resume.

    @Test
    void suspendLetsEverythingWaitInOrderUntilItIsResumed() {
        List<String> log = new ArrayList<>();
        it.run(context -> {
            log.clear();
            Task<Void> timer = context.createTimer(Duration.ofHours(1)).thenAccept(fired -> log.add("timer"));
            List<Task<Void>> all = new ArrayList<>(List.of(timer));
            for (String name : List.of("a", "b", "a")) {
                all.add(context.waitForExternalEvent(name, Integer.class).thenAccept(value -> log.add(name + value)));
            }
            context.allOf(all).await();
            return String.join(" ", log);
        });
        it.raise("a", 1);
        hub.suspend("i", "a break");
        hub.settle();
        assertThat(it.status()).isEqualTo(RuntimeStatus.SUSPENDED);
        it.raise("b", 2);
        hub.advance(Duration.ofHours(2));
        it.raise("a", 3);
        assertThat(it.status()).isEqualTo(RuntimeStatus.SUSPENDED);
        hub.resume("i", null);
        hub.settle();
        assertThat(it.output()).isEqualTo("\"a1 b2 timer a3\"");
    }

    @Test
    void suspendBeforeTheFirstTurnHoldsTheStart() {
        AtomicInteger runs = new AtomicInteger();
        hub.orchestrator("It", () -> context -> runs.incrementAndGet());
        hub.start("It", "i");
        hub.suspend("i", null);
        hub.settle();
        assertThat(it.status()).isEqualTo(RuntimeStatus.SUSPENDED);
        assertThat(runs).hasValue(0);
        hub.resume("i", null);
        hub.settle();
        assertThat(it.output()).isEqualTo("1");
    }

    @Test
    void suspendDoesNotHoldATermination() {
        it.run(context -> context.waitForExternalEvent("e").await());
        hub.suspend("i", null);
        hub.settle();
        hub.terminate("i", "enough");
        hub.settle();
        assertThat(it.status()).isEqualTo(RuntimeStatus.TERMINATED);
    }

    // Terminate.

    @Test
    void terminateEndsAtTheNextCommitWithTheReasonAsItsOutput() {
        it.run(context -> {
            try {
                return context.waitForExternalEvent("e").await();
            } catch (Exception swallowed) {
                return "completed";
            }
        });
        hub.terminate("i", "enough");
        hub.settle();
        assertThat(it.status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(hub.status("i").output()).isEqualTo("\"enough\"");
    }

    @Test
    void terminateBeforeTheCommittedCompletionWinsAndAfterItIsRefused() {
        it.run(context -> context.waitForExternalEvent("e", String.class).await());
        hub.raise("i", "e", "done");
        hub.terminate("i", "enough");
        hub.settle();
        assertThat(it.status()).isEqualTo(RuntimeStatus.TERMINATED);
        hub.start("It", "j");
        hub.raise("j", "e", "done");
        hub.settle();
        assertThatThrownBy(() -> hub.terminate("j", "too late")).isInstanceOf(AssertionError.class);
        assertThat(hub.status("j").output()).isEqualTo("\"done\"");
    }

    @Test
    void terminateEndsAnOrchestratorThatNeverAwaits() {
        AtomicInteger generations = new AtomicInteger();
        it.run(context -> {
            if (generations.incrementAndGet() == 5) {
                hub.terminate("i", "enough");
            }
            if (generations.get() > 1_000) {
                throw new AssertionError("It goes on for ever.");
            }
            context.continueAsNew(null);
            return null;
        });
        assertThat(it.status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(generations).hasValueLessThan(10);
    }

    // Open tasks.

    @Test
    void returnWhileTasksAreStillOpenCompletesAtOnce() {
        String output = it.outputOf(context -> {
            context.callActivity("Echo", "never asked for");
            context.createTimer(Duration.ofDays(1));
            context.waitForExternalEvent("e");
            return "done";
        });
        assertThat(output).isEqualTo("\"done\"");
        assertThat(hub.called()).isEmpty();
        hub.advance(Duration.ofDays(2));
        assertThat(it.output()).isEqualTo("\"done\"");
    }

    // Limits; those of what an orchestrator asks for are in the tests of its context, that of the journal in those of
    // the
    // engine.

    @Test
    void limitsOfInstanceIdsAndEventNamesAndPayloadsAreNamed() {
        it.run(context -> context.waitForExternalEvent("e").await());
        assertThatThrownBy(() -> hub.start("It", "x".repeat(257))).hasMessageContaining("256");
        assertThatThrownBy(() -> hub.raise("i", "e".repeat(257))).hasMessageContaining("256");
        assertThatThrownBy(() -> hub.raise("i", "e", "x".repeat(17 << 20))).hasMessageContaining("SOLITON_MAX_PAYLOAD");
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
    }

    @Test
    void limitOfAnOutputFailsTheInstanceAndIsNamed() {
        it.run(context -> "x".repeat(17 << 20));
        assertThat(hub.failure("i")).contains("SOLITON_MAX_PAYLOAD");
    }

    @Test
    void limitOfAResultFailsTheTaskAndIsNamed() {
        hub.activity("Large", context -> "x".repeat(17 << 20));
        String output = it.outputOf(context -> OneInstance.thrownBy(context.callActivity("Large", String.class))
                .getMessage());
        assertThat(output).contains("'Large'", "SOLITON_MAX_PAYLOAD");
    }
}
