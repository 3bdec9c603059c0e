package dev.soliton.engine.replay;

import static dev.soliton.engine.replay.ReplayTest.thrownBy;
import static dev.soliton.engine.replay.Scenario.fires;
import static dev.soliton.engine.replay.Scenario.raises;
import static dev.soliton.engine.replay.Scenario.returns;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.TimerCreated;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.replay.Scenario.Ran;
import dev.soliton.orchestration.CompositeTaskFailedException;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskCanceledException;
import dev.soliton.orchestration.TypeReference;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Timers, and events that come and go. */
final class ReplayEventsTest {

    private static EventRaised carried(String name, Object data, int second) {
        return new EventRaised(name, Scenario.inline(data), Scenario.START.minusSeconds(100 - second));
    }

    @Test
    void timerIsDoneWhenItsTimeHasComeHoweverFarItIs() {
        Ran ran = Scenario.run(context -> {
            context.createTimer(Duration.ofDays(10_000)).await();
            return context.getCurrentInstant();
        });
        assertThat(ran.output()).isEqualTo("\"" + Scenario.START.plus(Duration.ofDays(10_000)) + "\"");
        assertThat(ran.types()).containsExactly("ExecutionStarted", "TimerCreated", "TimerFired");
    }

    @Test
    void timerTakesATimeWithAZone() {
        Ran ran = Scenario.run(context -> {
            context.createTimer(ZonedDateTime.parse("2030-01-02T00:00:00.123456789+01:00[Europe/Berlin]"))
                    .await();
            return context.getCurrentInstant();
        });
        assertThat(ran.output()).isEqualTo("\"2030-01-01T23:00:00.123456789Z\"");
    }

    @Test
    void timerOfThePastOrOfNoTimeFiresAtOnceThroughTheJournal() {
        Ran ran = Scenario.run(context -> {
            context.createTimer(Duration.ZERO).await();
            context.createTimer(Duration.ofDays(-1)).await();
            context.createTimer(ZonedDateTime.parse("1999-01-01T00:00:00Z")).await();
            return context.getCurrentInstant();
        });
        assertThat(ran.output()).isEqualTo("\"" + Scenario.START + "\"");
        assertThat(ran.events(TimerCreated.class)).hasSize(3).allMatch(timer -> timer.fireAt()
                .equals(Scenario.START));
        assertThat(ran.events(TimerFired.class)).hasSize(3);
    }

    @Test
    void timerBeyondAllTimesIsDueAtTheirEnd() {
        Ran ran = Scenario.run(context -> {
            context.createTimer(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));
            context.createTimer(Duration.ofSeconds(Long.MIN_VALUE));
            return null;
        });
        assertThat(ran.events(TimerCreated.class))
                .extracting(TimerCreated::fireAt)
                .containsExactly(Instant.parse("9999-12-31T23:59:59Z"), Scenario.START);
    }

    @Test
    void timersFireInTheOrderInWhichTheyAreDue() {
        Ran ran = Scenario.run(context -> {
            Task<Void> late = context.createTimer(Duration.ofSeconds(9));
            Task<Void> early = context.createTimer(Duration.ofSeconds(3));
            assertThat(context.anyOf(late, early).await()).isSameAs(early);
            assertThat(late.isDone()).isFalse();
            late.await();
            return Scenario.sinceStart(context.getCurrentInstant());
        });
        assertThat(ran.output()).isEqualTo("\"PT9S\"");
    }

    @Test
    void eventIsReadAsTheTypeAskedFor() {
        Ran ran = Scenario.of(context -> Arrays.asList(
                        context.waitForExternalEvent("e", Integer.class).await(),
                        context.waitForExternalEvent("e", new TypeReference<List<String>>() {})
                                .await(),
                        context.waitForExternalEvent("e").await(),
                        context.waitForExternalEvent("e", Duration.ofHours(1), Integer.class)
                                .await(),
                        context.waitForExternalEvent("e", Duration.ofHours(1), new TypeReference<Integer>() {})
                                .await(),
                        context.waitForExternalEvent("e", Duration.ofHours(1)).await(),
                        thrownBy(context.waitForExternalEvent("e", Integer.class))
                                .getClass()
                                .getSimpleName()))
                .plan(
                        raises("e", 1),
                        raises("e", List.of("two")),
                        raises("e", 3),
                        raises("e", 4),
                        raises("e", 5),
                        raises("e", null),
                        raises("e", "no number"))
                .run();
        assertThat(ran.output())
                .startsWith("[1,[\"two\"],null,4,5,null,")
                .contains(DataConverterException.class.getSimpleName());
    }

    @Test
    void numberWithAFractionIsNotReadAsAWholeOne() {
        Ran ran = Scenario.of(context -> List.of(
                        thrownBy(context.waitForExternalEvent("e", Integer.class))
                                .getClass()
                                .getSimpleName(),
                        thrownBy(context.waitForExternalEvent("e", new TypeReference<List<Long>>() {}))
                                .getClass()
                                .getSimpleName()))
                .plan(raises("e", 1.5), raises("e", List.of(1, 2.5)))
                .run();
        assertThat(ran.output()).isEqualTo("[\"DataConverterException\",\"DataConverterException\"]");
    }

    @Test
    void waitTakesBufferedEventsOldestFirst() {
        Ran ran = Scenario.of(context -> {
                    context.callActivity("a").await();
                    List<@Nullable Integer> values = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        values.add(
                                context.waitForExternalEvent("e", Integer.class).await());
                    }
                    return values;
                })
                .plan(raises("e", 1), raises("e", 2), raises("e", 3), returns("a"), raises("e", 4))
                .run();
        assertThat(ran.output()).isEqualTo("[1,2,3,4]");
    }

    @Test
    void bufferedEventsFinishWaitsInTheOrderOfArrival() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> a = context.waitForExternalEvent("a", Integer.class);
                    Task<Integer> b = context.waitForExternalEvent("b", Duration.ZERO, Integer.class);
                    Task<Integer> b2 = context.waitForExternalEvent("b", Integer.class);
                    Task<Integer> c = context.waitForExternalEvent("c", Integer.class);
                    List<Object> order = new ArrayList<>();
                    List<Task<Integer>> waits = new ArrayList<>(List.of(a, c, b2, b));
                    while (!waits.isEmpty()) {
                        Task<?> first =
                                Objects.requireNonNull(context.anyOf(waits).await());
                        waits.remove(first);
                        order.add(Objects.requireNonNull(first.await()));
                    }
                    return order;
                })
                .carried(carried("b", 1, 1), carried("c", 2, 2), carried("a", 3, 3))
                .plan(raises("b", 4))
                .run();
        assertThat(ran.output()).isEqualTo("[1,2,3,4]");
    }

    @Test
    void waitersOfOneNameAreServedFirstComeFirstServed() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> first = context.waitForExternalEvent("e", Integer.class);
                    Task<Integer> second = context.waitForExternalEvent("e", Integer.class);
                    Task<Integer> other = context.waitForExternalEvent("other", Integer.class);
                    return List.of(second.await(), first.await(), other.await());
                })
                .plan(raises("other", 0), raises("e", 1), raises("e", 2))
                .run();
        assertThat(ran.output()).isEqualTo("[2,1,0]");
    }

    @Test
    void eventNamesAreCaseInsensitive() {
        Ran ran = Scenario.of(context -> List.of(
                        context.waitForExternalEvent("APPROVAL", Integer.class).await(),
                        context.waitForExternalEvent("approval", Integer.class).await(),
                        context.waitForExternalEvent("Approval", Integer.class).await()))
                .carried(carried("aPProval", 0, 1))
                .plan(raises("Approval", 1), raises("APPROVAL", 2))
                .run();
        assertThat(ran.output()).isEqualTo("[0,1,2]");
    }

    /** The letters for which a comparison by lower case alone, or by upper case alone, is not enough. */
    @Test
    void eventNamesAreCaseInsensitiveInEveryAlphabet() {
        Ran ran = Scenario.of(context -> List.of(
                        context.waitForExternalEvent("όδος", Integer.class).await(),
                        context.waitForExternalEvent("ΌΔΟΣ", Integer.class).await(),
                        context.waitForExternalEvent("ÄRGER", Integer.class).await(),
                        context.waitForExternalEvent("𐐀", Integer.class).await()))
                .plan(raises("ΌΔΟΣ", 1), raises("όδοσ", 2), raises("ärger", 3), raises("𐐨", 4))
                .run();
        assertThat(ran.output()).isEqualTo("[1,2,3,4]");
        assertThat(EventBuffer.fold("straße")).isNotEqualTo(EventBuffer.fold("STRASSE"));
    }

    @Test
    void waitThatRunsOutOfTimeIsCancelledAndTakesNoLaterEvent() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> impatient = context.waitForExternalEvent("e", Duration.ofSeconds(5), Integer.class);
                    Task<Integer> patient = context.waitForExternalEvent("e", Integer.class);
                    assertThat(impatient.isCancelled()).isFalse();
                    Exception thrown = thrownBy(impatient);
                    assertThat(thrown)
                            .isInstanceOf(TaskCanceledException.class)
                            .hasMessageContaining("'e'")
                            .hasMessageContaining("PT5S");
                    assertThat(((TaskCanceledException) thrown).getTaskName()).isEqualTo("e");
                    assertThat(((TaskCanceledException) thrown).getTaskId()).isZero();
                    assertThat(impatient.isCancelled()).isTrue();
                    assertThat(impatient.isDone()).isTrue();
                    assertThat(patient.isCancelled()).isFalse();
                    assertThat(context.getCurrentInstant()).isEqualTo(Scenario.START.plusSeconds(5));
                    return patient.await();
                })
                .plan(fires(), raises("e", 7))
                .run();
        assertThat(ran.output()).isEqualTo("7");
    }

    @Test
    void waitThatRunsOutOfTimeCancelsInsideAnyOfAllOfAndThenApply() {
        Ran ran = Scenario.run(context -> {
            Task<Integer> timedOut = context.waitForExternalEvent("e", Duration.ofSeconds(5), Integer.class);
            Task<Integer> applied = timedOut.thenApply(value -> 1);
            Task<List<Integer>> all = context.allOf(List.of(timedOut, applied));
            Task<Task<?>> any = context.anyOf(all, timedOut);
            assertThat(any.await()).isSameAs(timedOut);
            assertThat(thrownBy(timedOut)).isInstanceOf(TaskCanceledException.class);
            assertThat(thrownBy(applied)).isInstanceOf(TaskCanceledException.class);
            assertThat(applied.isCancelled()).isTrue();
            assertThat(any.isCancelled()).isFalse();
            Exception thrown = thrownBy(all);
            assertThat(thrown).isInstanceOf(CompositeTaskFailedException.class);
            assertThat(((CompositeTaskFailedException) thrown).getExceptions())
                    .hasSize(2)
                    .allMatch(TaskCanceledException.class::isInstance);
            return "done";
        });
        assertThat(ran.output()).isEqualTo("\"done\"");
    }

    @Test
    void eventThatArrivesInTimeCancelsTheTimer() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> wait = context.waitForExternalEvent("e", Duration.ofSeconds(5), Integer.class);
                    Integer value = wait.await();
                    // Were the timer still open, it would fire first.
                    context.createTimer(Duration.ofSeconds(50)).await();
                    return List.of(value, wait.await(), wait.isCancelled());
                })
                .plan(raises("e", 1))
                .run();
        assertThat(ran.output()).isEqualTo("[1,1,false]");
        assertThat(ran.events(TimerFired.class)).extracting(TimerFired::id).containsExactly(1);
    }

    @Test
    void waitOfNoTimeTakesWhatIsThereOrIsCancelledWithoutATimer() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> there = context.waitForExternalEvent("e", Duration.ZERO, Integer.class);
                    Task<Integer> missing = context.waitForExternalEvent("e", Duration.ZERO, Integer.class);
                    assertThat(there.isDone()).isTrue();
                    assertThat(missing.isCancelled()).isTrue();
                    Exception thrown = thrownBy(missing);
                    assertThat(thrown).isInstanceOf(TaskCanceledException.class);
                    assertThat(((TaskCanceledException) thrown).getTaskId()).isEqualTo(-1);
                    return there.await();
                })
                .carried(carried("e", 5, 1))
                .run();
        assertThat(ran.output()).isEqualTo("5");
        assertThat(ran.types()).containsExactly("EventRaised", "ExecutionStarted");
    }

    @Test
    void waitWithoutAPositiveTimeWaitsForEver() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> negative = context.waitForExternalEvent("e", Duration.ofSeconds(-1), Integer.class);
                    Task<Integer> none = context.waitForExternalEvent("e", (Duration) null, Integer.class);
                    return List.of(negative.await(), none.await());
                })
                .plan(raises("e", 1), raises("e", 2))
                .run();
        assertThat(ran.output()).isEqualTo("[1,2]");
        assertThat(ran.events(TimerCreated.class)).isEmpty();
    }

    @Test
    void waitForWhatIsThereMakesNoTimer() {
        Ran ran = Scenario.of(context -> context.waitForExternalEvent("e", Duration.ofSeconds(5), Integer.class)
                        .await())
                .carried(carried("e", 5, 1))
                .run();
        assertThat(ran.output()).isEqualTo("5");
        assertThat(ran.events(TimerCreated.class)).isEmpty();
    }

    @Test
    void sentEventIsRecordedOnceHoweverOftenItIsReplayed() {
        Ran ran = Scenario.run(context -> {
            context.sendEvent("other", "news", List.of(1));
            context.callActivity("a").await();
            context.sendEvent("other", "more");
            return null;
        });
        assertThat(ran.events(EventSent.class))
                .containsExactly(
                        new EventSent(0, "other", "news", Scenario.inline(List.of(1)), Scenario.START),
                        new EventSent(2, "other", "more", null, Scenario.START.plusSeconds(1)));
    }
}
