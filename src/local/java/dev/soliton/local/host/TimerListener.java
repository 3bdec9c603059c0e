package dev.soliton.local.host;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a timer function while this host has the function's lock. The next run is set up when the one before has ended, so
 * a timer never overlaps itself: times missed meanwhile make one run, at once.
 */
final class TimerListener implements Listener {

    private final LoadedFunction function;
    private final Plan plan;
    private final ListenerLock lock;
    private final Invoker invoker;
    private final Threads threads;
    private final Time time;
    private @Nullable TimerStatus status;
    private @Nullable ScheduledFuture<?> armed;
    private boolean active;

    /** When to run; the monitor is there if the status is kept. */
    record Plan(TimerSchedule schedule, Optional<TimerMonitor> monitor, boolean runOnStartup) {}

    /** Where to run, and to tell of trouble. */
    record Threads(ScheduledExecutorService scheduler, Executor pool, InFlight inFlight, Console console) {}

    /** The clock and zone of schedules. */
    record Time(InstantSource clock, ZoneId zone) {
        ZonedDateTime now() {
            return clock.instant().atZone(zone);
        }
    }

    /** What made a run begin. */
    private enum Cause {
        SCHEDULE,
        PAST_DUE,
        STARTUP
    }

    TimerListener(LoadedFunction function, Plan plan, ListenerLock lock, Invoker invoker, Threads threads, Time time) {
        this.function = function;
        this.plan = plan;
        this.lock = lock;
        this.invoker = invoker;
        this.threads = threads;
        this.time = time;
    }

    @Override
    public void start() {
        lock.pursue(this::begin, this::end);
    }

    @Override
    public void stop() {
        end();
        lock.release();
    }

    private synchronized void begin() {
        ZonedDateTime now = time.now();
        Optional<TimerStatus> recorded = recorded();
        boolean changed = recorded.isPresent() && hasScheduleChanged(recorded.get());
        boolean pastDue =
                recorded.isPresent() && !changed && now.isAfter(recorded.get().next());
        if (recorded.isPresent() && !changed) {
            status = recorded.get();
        } else {
            record(new TimerStatus(
                    recorded.map(TimerStatus::last).orElse(null),
                    plan.schedule().next(now),
                    now));
        }
        active = true;
        if (pastDue) {
            arm(now, Cause.PAST_DUE);
        } else if (plan.runOnStartup()) {
            arm(now, Cause.STARTUP);
        } else {
            arm(current().next(), Cause.SCHEDULE);
        }
    }

    private boolean hasScheduleChanged(TimerStatus recorded) {
        ZonedDateTime expected = plan.schedule().next(recorded.lastUpdated().withZoneSameInstant(time.zone()));
        return Duration.between(recorded.next(), expected).abs().compareTo(Duration.ofSeconds(1)) > 0;
    }

    private synchronized void end() {
        active = false;
        if (armed != null) {
            armed.cancel(false);
        }
    }

    private void arm(ZonedDateTime at, Cause cause) {
        long millis = Math.max(0, Duration.between(time.now(), at).toMillis());
        armed = threads.scheduler()
                .schedule(() -> threads.pool().execute(() -> run(cause)), millis, TimeUnit.MILLISECONDS);
    }

    private void run(Cause cause) {
        threads.inFlight().enter();
        try {
            TimerStatus before;
            synchronized (this) {
                if (!active) {
                    return;
                }
                before = current();
            }
            ZonedDateTime started = time.now();
            invoke(cause, started, before);
            synchronized (this) {
                // A timer may fire a little ahead of the clock; the same time must not come twice.
                boolean early = cause == Cause.SCHEDULE && before.next().isAfter(started);
                ZonedDateTime ran = early ? before.next() : started;
                record(new TimerStatus(ran, plan.schedule().next(ran), ran));
                if (active) {
                    arm(current().next(), Cause.SCHEDULE);
                }
            }
        } finally {
            threads.inFlight().exit();
        }
    }

    private void invoke(Cause cause, ZonedDateTime started, TimerStatus before) {
        boolean pastDue = cause == Cause.PAST_DUE;
        String payload =
                TimerPayload.of(plan.schedule().adjustsForDst(), plan.monitor().isPresent() ? before : null, pastDue);
        String[] details = pastDue
                ? new String[] {
                    "UnscheduledInvocationReason: IsPastDue, OriginalSchedule: " + TimerPayload.text(before.next())
                }
                : new String[0];
        Inputs inputs = new Inputs(payload, Map.of("TimerTrigger", TimerPayload.text(started)));
        invoker.invoke(function, "Timer fired at " + TimerPayload.text(started), inputs, details);
    }

    private TimerStatus current() {
        TimerStatus current = status;
        if (current == null) {
            throw new IllegalStateException("The timer has not begun.");
        }
        return current;
    }

    private Optional<TimerStatus> recorded() {
        try {
            return plan.monitor().flatMap(TimerMonitor::read);
        } catch (RuntimeException e) { // as if it had never run, which is better than not running
            threads.console()
                    .error(
                            "Host.Triggers.Timer",
                            "Status of '" + function.definition().name() + "'.",
                            e);
            return Optional.empty();
        }
    }

    private void record(TimerStatus now) {
        status = now;
        try {
            plan.monitor().ifPresent(monitor -> monitor.write(now));
        } catch (RuntimeException e) { // the schedule goes on
            threads.console()
                    .error(
                            "Host.Triggers.Timer",
                            "Status of '" + function.definition().name() + "'.",
                            e);
        }
    }
}
