package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a timer runs next, by a clock and a scheduler that stand still. */
final class TimerListenerTest {

    private record Armed(Runnable task, long delayMillis) {}

    private final List<Armed> armed = new ArrayList<>();
    private final List<String> payloads = new ArrayList<>();
    private final Invoker invoker = mock(Invoker.class);
    private Instant now = Instant.parse("2026-01-01T10:00:00.500Z");
    private Duration invocationTakes = Duration.ZERO;

    @BeforeEach
    void invocationsTakeTime() {
        doAnswer(call -> {
                    payloads.add((String) call.getArgument(2, Inputs.class).trigger());
                    now = now.plus(invocationTakes);
                    return new Outcome.Succeeded(null);
                })
                .when(invoker)
                .invoke(any(), any(), any(), any(String[].class));
    }

    @Test
    void waitsForTheFirstTimeAndArmsTheNextWhenTheRunHasEnded() {
        invocationTakes = Duration.ofMillis(200);
        listener("*/10 * * * * *", false).start();

        assertThat(armed).singleElement().satisfies(first -> assertThat(first.delayMillis())
                .isEqualTo(9_500));
        fireNext();

        assertThat(payloads).hasSize(1);
        assertThat(armed).singleElement().satisfies(second -> assertThat(second.delayMillis())
                .isEqualTo(9_800));
    }

    @Test
    void timesMissedDuringARunMakeOneRunAtOnce() {
        invocationTakes = Duration.ofSeconds(35);
        listener("*/10 * * * * *", false).start();
        fireNext();

        assertThat(armed).singleElement().satisfies(next -> assertThat(next.delayMillis())
                .isZero());
        invocationTakes = Duration.ZERO;
        fireNext();

        assertThat(payloads).hasSize(2);
        // 10:00:45 is when the one run came; the next time of the schedule is 10:00:50.
        assertThat(armed).singleElement().satisfies(next -> assertThat(next.delayMillis())
                .isEqualTo(5_000));
    }

    @Test
    void aTimerThatFiresAheadOfTheClockDoesNotRunTwice() {
        listener("*/10 * * * * *", false).start();
        Armed early = armed.remove(0);
        now = now.plusMillis(early.delayMillis() - 3);
        early.task().run();

        assertThat(armed).singleElement().satisfies(next -> assertThat(next.delayMillis())
                .isEqualTo(10_003));
    }

    @Test
    void runOnStartupRunsAtOnceAndThenOnSchedule() {
        listener("*/10 * * * * *", true).start();
        fireNext();

        assertThat(payloads)
                .containsExactly("{\"Schedule\":{\"AdjustForDST\":true},\"ScheduleStatus\":null,\"IsPastDue\":false}");
        assertThat(armed).singleElement().satisfies(next -> assertThat(next.delayMillis())
                .isEqualTo(9_500));
    }

    @Test
    void nothingRunsAfterAStop() {
        TimerListener listener = listener("*/10 * * * * *", false);
        listener.start();
        listener.stop();
        fireNext();

        assertThat(payloads).isEmpty();
        assertThat(armed).isEmpty();
    }

    private void fireNext() {
        Armed next = armed.remove(0);
        now = now.plusMillis(next.delayMillis());
        next.task().run();
    }

    private TimerListener listener(String schedule, boolean runOnStartup) {
        ListenerLock lock = mock(ListenerLock.class);
        doAnswer(call -> {
                    call.getArgument(0, Runnable.class).run();
                    return null;
                })
                .when(lock)
                .pursue(any(), any());
        ScheduledExecutorService scheduler = mock(ScheduledExecutorService.class);
        when(scheduler.schedule(any(Runnable.class), anyLong(), any())).thenAnswer(call -> {
            armed.add(new Armed(call.getArgument(0), call.getArgument(1)));
            return mock(ScheduledFuture.class);
        });
        FunctionDefinition definition = new FunctionDefinition(
                "T", java.nio.file.Path.of("a.jar"), "A.b", new Trigger.Timer("timer", schedule, runOnStartup, true));
        return new TimerListener(
                new LoadedFunction(definition, null, null),
                new TimerListener.Plan(TimerSchedule.parse(schedule), Optional.empty(), runOnStartup),
                lock,
                invoker,
                new TimerListener.Threads(scheduler, Runnable::run, new InFlight(), mock(Console.class)),
                new TimerListener.Time(() -> now, ZoneOffset.UTC));
    }
}
