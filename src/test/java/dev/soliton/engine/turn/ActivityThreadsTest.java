package dev.soliton.engine.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Which activities run at a time. */
final class ActivityThreadsTest {
    private static final int THREADS = 4;

    /** What one instance may have of them. */
    private static final int SHARE = 3;

    private final Deque<Runnable> running = new ArrayDeque<>();
    private final Deque<Runnable> alarms = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private boolean hasThreads = true;
    private boolean hasAlarms = true;
    private Duration now = Duration.ofHours(-1);
    private final ActivityThreads threads = new ActivityThreads(
            task -> {
                if (!hasThreads) {
                    throw new RejectedExecutionException("no thread");
                }
                running.add(task);
            },
            THREADS,
            () -> now,
            (delay, action) -> {
                if (!hasAlarms) {
                    throw new RejectedExecutionException("no thread");
                }
                alarms.add(action);
            });

    private void execute(String instance, int count) {
        for (int i = 0; i < count; i++) {
            threads.execute(instance, () -> done.add(instance));
        }
    }

    /** The activity comes to its end that has run for longest. */
    private void endOldest() {
        running.remove().run();
    }

    private void letPass(Duration time) {
        now = now.plus(time);
        List<Runnable> rung = List.copyOf(alarms);
        alarms.clear();
        rung.forEach(Runnable::run);
    }

    @Test
    void nextActivitySetsTheAlarmThatCouldNotBeSet() {
        hasThreads = false;
        hasAlarms = false;
        execute("early", 1);
        hasAlarms = true;
        execute("late", 1);
        hasThreads = true;
        letPass(Duration.ofSeconds(1));
        assertThat(running).hasSize(2);
    }

    @Test
    void fanOutOfOneInstanceLeavesThreadsToOthers() {
        execute("fan", 100);
        assertThat(running).hasSize(SHARE);
        execute("other", 1);
        assertThat(running).hasSize(THREADS);
    }

    @Test
    void instanceWithTheFewestAtWorkIsNext() {
        execute("fan", 100);
        execute("other", 2);
        // Of three of the one and one of the other, one ends.
        endOldest();
        for (int i = 0; i < THREADS; i++) {
            endOldest();
        }
        assertThat(done).containsExactly("fan", "fan", "fan", "other", "other");
    }

    @Test
    void ofInstancesWithAsManyAtWorkNoneIsServedAgainBeforeTheOthers() {
        execute("holder", SHARE);
        for (String instance : List.of("a", "b", "c")) {
            execute(instance, 3);
        }
        for (int i = 0; i < SHARE; i++) {
            // It stays at work.
            running.remove();
        }
        for (int i = 0; i < 9; i++) {
            endOldest();
        }
        assertThat(done).containsExactly("a", "b", "c", "a", "b", "c", "a", "b", "c");
    }

    @Test
    void activityThatWaitsForLongActivitiesOfOthersBegins() {
        execute("a", 2);
        execute("b", 2);
        execute("quick", 1);
        letPass(Duration.ofSeconds(9));
        assertThat(running).hasSize(THREADS);
        letPass(Duration.ofSeconds(1));
        assertThat(running).hasSize(THREADS + 1);
    }

    @Test
    void atMostTwiceAsManyActivitiesRun() {
        for (int round = 0; round < 5; round++) {
            execute("a" + round, 3);
            execute("b" + round, 3);
            letPass(Duration.ofMinutes(1));
        }
        assertThat(running).hasSize(2 * THREADS);
    }

    @Test
    void longActivitiesThatAreOverLeaveTheFormerLimit() {
        execute("a", 2);
        execute("b", 2);
        execute("a", 2);
        execute("b", 2);
        letPass(Duration.ofMinutes(1));
        assertThat(running).hasSize(2 * THREADS);
        execute("c", 1);
        for (int i = 0; i < THREADS; i++) {
            endOldest();
        }
        assertThat(running).hasSize(THREADS);
        endOldest();
        assertThat(running).hasSize(THREADS);
    }

    @Test
    void activityThatNoThreadWasThereForBeginsLater() {
        hasThreads = false;
        execute("a", 1);
        assertThat(running).isEmpty();
        hasThreads = true;
        letPass(Duration.ofSeconds(1));
        endOldest();
        assertThat(done).containsExactly("a");
    }

    @Test
    void noAlarmIsSetWhereNoActivityWaits() {
        execute("a", SHARE);
        assertThat(alarms).isEmpty();
        execute("a", 1);
        assertThat(alarms).hasSize(1);
        execute("a", 1);
        assertThat(alarms).hasSize(1);
    }
}
