package dev.soliton.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which strand goes on, and how time does. All strands but one stand still; that one calls in here where others
 * may act, and goes on when it is chosen again. So a run is a sequence of choices, all made by one random generator.
 *
 * <p>Time is that of the storage service, in nanoseconds from {@link #START}. It goes on a little with each call, and jumps
 * where nobody can act before.
 */
final class Scheduler {
    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    static final long NEVER = Long.MAX_VALUE / 2;

    /** More steps than any seed needs: something goes round in circles. */
    private static final int MAX_STEPS = 150_000;

    /** How far time may jump at once although somebody could act: as if all who could were slow. */
    static final long LONGEST_JUMP = Duration.ofSeconds(3).toNanos();

    private final RandomGenerator random;
    private final SimThread.Pool threads;
    private final Trace trace;
    private final Semaphore over = new Semaphore(0);
    private final List<Strand> strands = new ArrayList<>();
    private final List<Strand> ready = new ArrayList<>();
    private final TreeMap<Long, List<Runnable>> happenings = new TreeMap<>();
    private final int stickiness;
    private final int jumpiness;
    private BooleanSupplier atRest = () -> true;
    private LongSupplier nextArrival = () -> NEVER;
    private @Nullable Strand current;
    private @Nullable Violation violation;
    private boolean ended;
    private long now;
    private long steps;
    private long fingerprint;
    private int names;

    /** The end of a strand whose process has crashed, or whose simulation is over. */
    static final class Gone extends Error {
        private static final long serialVersionUID = 1;

        Gone() {
            super("gone", null, false, false);
        }
    }

    Scheduler(RandomGenerator random, SimThread.Pool threads, Trace trace) {
        this.random = random;
        this.threads = threads;
        this.trace = trace;
        this.stickiness = new int[] {0, 30, 70, 90}[random.nextInt(4)];
        this.jumpiness = new int[] {0, 1, 5}[random.nextInt(3)];
    }

    SimThread.Pool threads() {
        return threads;
    }

    /**
     * Tells it about what is not its own.
     *
     * @param isOver asked when only daemons are left: whether the simulation is over
     * @param arrival when something arrives next that strands wait for
     */
    void watch(BooleanSupplier isOver, LongSupplier arrival) {
        atRest = isOver;
        nextArrival = arrival;
    }

    long now() {
        return now;
    }

    /** When that is, by the time that steps go by. */
    static long timeOf(Instant instant) {
        return (instant.getEpochSecond() - START.getEpochSecond()) * 1_000_000_000 + instant.getNano();
    }

    Instant instant() {
        return START.plusNanos(now);
    }

    long steps() {
        return steps;
    }

    /** Stands for all choices made up to now. */
    long fingerprint() {
        return fingerprint;
    }

    Strand current() {
        if (current == null) {
            throw new IllegalStateException("No strand runs.");
        }
        return current;
    }

    /** The process that acts; null for one that stands outside. */
    @Nullable
    SimProcess actor() {
        return current == null ? null : current.process();
    }

    /** Adds a strand, which begins when it is chosen. */
    void begin(String name, @Nullable SimProcess process, boolean daemon, Runnable body) {
        if (!ended) {
            strands.add(new Strand(this, name, names++, process, daemon, body));
        }
    }

    /** Lets something happen at a time, between two steps. It must not call in here. */
    void at(long time, Runnable happening) {
        happenings.computeIfAbsent(time, any -> new ArrayList<>()).add(happening);
    }

    void in(Duration delay, Runnable happening) {
        at(now + delay.toNanos(), happening);
    }

    /** Runs everything to its end, on the strands' threads. */
    void run() {
        Strand first = choose();
        if (first != null) {
            current = first;
            first.go();
            over.acquireUninterruptibly();
        }
    }

    /** What was violated; null if nothing was. */
    @Nullable
    Violation violation() {
        return violation;
    }

    void fail(String what, @Nullable Throwable cause) {
        if (violation == null) {
            violation = new Violation(what, cause);
            trace.add(this, "VIOLATED " + what);
        }
        ended = true;
    }

    // What strands call

    /** Others may act here. */
    void point() {
        sleepUntil(now);
    }

    /** Time goes by, whatever happens. */
    void sleep(Duration time) {
        sleepUntil(now + time.toNanos());
    }

    private void sleepUntil(long time) {
        check();
        current().sleepUntil(time);
        handOn();
        check();
    }

    /**
     * Waits until that is so, or time is up.
     *
     * @throws InterruptedException if the strand's thread is interrupted before that
     */
    void await(BooleanSupplier condition, long deadline) throws InterruptedException {
        check();
        current().await(condition, deadline);
        handOn();
        check();
        if (!condition.getAsBoolean() && now < deadline && Thread.interrupted()) {
            throw new InterruptedException("simulated");
        }
    }

    /** A call takes its time. */
    void elapse() {
        now += 200_000 + random.nextInt(5_000_000);
    }

    private void check() {
        if (!mayGoOn(current())) {
            throw new Gone();
        }
    }

    boolean mayGoOn(Strand strand) {
        SimProcess process = strand.process();
        return !ended && (process == null || !process.isDead());
    }

    // Choosing

    private void handOn() {
        Strand me = current();
        Strand next = choose();
        if (next != null && next != me) {
            current = next;
            me.yieldTo(next);
        }
    }

    /** Takes a strand out that is over, and says which goes on; null if none is left. */
    @Nullable
    Strand over(Strand done) {
        strands.remove(done);
        current = choose();
        return current;
    }

    void finish() {
        over.release();
    }

    private @Nullable Strand choose() {
        while (!ended) {
            if (++steps > MAX_STEPS) {
                fail("It does not come to rest within " + MAX_STEPS + " steps.", null);
                break;
            }
            if (happenings.isEmpty() && strands.stream().allMatch(strand -> strand.daemon) && atRest.getAsBoolean()) {
                ended = true;
                break;
            }
            if (happenNow()) {
                continue;
            }
            ready.clear();
            long soonest = happenings.isEmpty() ? NEVER : happenings.firstKey();
            long arrival = nextArrival.getAsLong();
            soonest = arrival > now ? Math.min(soonest, arrival) : soonest;
            for (Strand strand : strands) {
                long readyAt = strand.readyAt(now);
                if (readyAt <= now) {
                    ready.add(strand);
                } else {
                    soonest = Math.min(soonest, readyAt);
                }
            }
            if (ready.isEmpty()) {
                if (soonest >= NEVER) {
                    ended = true;
                    break;
                }
                now = Math.max(now, soonest);
                continue;
            }
            if (jumpiness > 0 && random.nextInt(100) < jumpiness && soonest - now < LONGEST_JUMP && soonest > now) {
                long until = soonest;
                ready.forEach(strand -> strand.passedOver(now, until));
                now = until;
                continue;
            }
            Strand chosen = current != null && ready.contains(current) && random.nextInt(100) < stickiness
                    ? current
                    : ready.get(random.nextInt(ready.size()));
            fingerprint = fingerprint * 1_000_003 + chosen.number * 31L + now;
            return chosen;
        }
        // Those that are left come to their end one by one.
        return strands.isEmpty() ? null : strands.get(0);
    }

    /** Lets one of the things happen whose time has come. */
    private boolean happenNow() {
        // Asked at each step: an entry is made only where something happens.
        if (happenings.isEmpty() || happenings.firstKey() > now) {
            return false;
        }
        Map.Entry<Long, List<Runnable>> first = happenings.firstEntry();
        List<Runnable> due = first.getValue();
        Runnable chosen = due.remove(due.size() == 1 ? 0 : random.nextInt(due.size()));
        if (due.isEmpty()) {
            happenings.remove(first.getKey());
        }
        chosen.run();
        return true;
    }
}
