package dev.soliton.engine.turn;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The threads of the activities of a process, shared fairly between its instances.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A configured number of activities runs at a time. Each that has run for long allows one more, up to twice the
 *       number, because such an activity most often waits for something.
 *   <li>One instance has three quarters of these at most, so that the next one begins at once.
 *   <li>If several instances have activities that wait, the instance with the fewest at work goes first.
 * </ul>
 */
public final class ActivityThreads implements Executor {
    private static final Duration LONG = Duration.ofSeconds(10);

    /** How often the number of activities that may run is computed again while activities wait. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    /** Of the instances with equally few at work, the next is the one that was served longest ago. */
    private static final Comparator<Share> NEXT =
            Comparator.<Share>comparingInt(share -> share.running).thenComparingLong(share -> share.served);

    private final Executor threads;
    private final int atATime;
    private final Supplier<Duration> elapsed;
    private final Alarm alarm;
    private final Map<String, Share> shares = new LinkedHashMap<>();
    private final Map<Runnable, Duration> begun = new HashMap<>();
    private long served;
    private boolean isAlarmSet;

    /** Runs actions later. */
    @FunctionalInterface
    public interface Alarm {
        /** Runs an action once, on a thread that is not the caller's and that is available whatever else runs. */
        void in(Duration delay, Runnable action);
    }

    /** What one instance has at work, and what waits. */
    private static final class Share {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private int running;
        /** When one of its activities began for the last time, in the order of beginnings. */
        private long served;
    }

    /**
     * Threads for one process, on which nothing runs yet.
     *
     * @param threads runs each task at once, on a thread of its own
     * @param atATime how many activities run at a time, at least 1
     * @param elapsed the time since some moment of the past
     * @param alarm runs actions later
     */
    public ActivityThreads(Executor threads, int atATime, Supplier<Duration> elapsed, Alarm alarm) {
        this.threads = threads;
        this.atATime = atATime;
        this.elapsed = elapsed;
        this.alarm = alarm;
    }

    /** Runs an activity, at once or as soon as it is its turn. */
    @Override
    public void execute(Runnable activity) {
        execute(activity instanceof ActivityRun run ? run.instanceId() : "", activity);
    }

    synchronized void execute(String instanceId, Runnable activity) {
        shares.computeIfAbsent(instanceId, none -> new Share()).waiting.add(activity);
        beginSome();
    }

    private synchronized void beginSome() {
        int room = room();
        int most = room - room / 4;
        while (begun.size() < room) {
            Optional<Map.Entry<String, Share>> next = shares.entrySet().stream()
                    .filter(share -> !share.getValue().waiting.isEmpty() && share.getValue().running < most)
                    .min(Map.Entry.comparingByValue(NEXT));
            if (next.isEmpty() || !tryBegin(next.get().getKey(), next.get().getValue())) {
                break;
            }
        }
        if (!isAlarmSet && shares.values().stream().anyMatch(share -> !share.waiting.isEmpty())) {
            isAlarmSet = trySetAlarm();
        }
    }

    private boolean trySetAlarm() {
        try {
            alarm.in(CHECK_INTERVAL, this::check);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            // The next activity that arrives, or ends, tries again.
            return false;
        }
    }

    private synchronized void check() {
        isAlarmSet = false;
        beginSome();
    }

    /** How many activities may run. */
    private int room() {
        Duration now = elapsed.get();
        long lasting = begun.values().stream()
                .filter(since -> now.minus(since).compareTo(LONG) >= 0)
                .count();
        return atATime + (int) Math.min(lasting, atATime);
    }

    private boolean tryBegin(String instanceId, Share share) {
        Runnable activity = share.waiting.remove();
        share.running++;
        begun.put(activity, elapsed.get());
        try {
            threads.execute(() -> run(instanceId, share, activity));
            share.served = ++served;
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            // The activity stays first in its queue: there may be a thread the next time.
            begun.remove(activity);
            share.running--;
            share.waiting.addFirst(activity);
            return false;
        }
    }

    private void run(String instanceId, Share share, Runnable activity) {
        try {
            activity.run();
        } finally {
            over(instanceId, share, activity);
        }
    }

    private synchronized void over(String instanceId, Share share, Runnable activity) {
        begun.remove(activity);
        share.running--;
        if (share.running == 0 && share.waiting.isEmpty()) {
            shares.remove(instanceId, share);
        }
        beginSome();
    }
}
