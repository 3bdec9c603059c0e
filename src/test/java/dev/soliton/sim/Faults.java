package dev.soliton.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The faults of a run: each seed has its own kinds of them, its own number, and its own measure of how long things take.
 * A scenario names calls at which others happen in their place.
 */
final class Faults {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(4);

    /** How long a write may be on its way whose sender has given up. */
    static final Duration LONGEST_LATENESS = Duration.ofSeconds(60);

    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final List<Outage> outages = new ArrayList<>();
    private final List<Rule> rules;
    private final List<Fault> kinds = new ArrayList<>();
    private final int oneIn;
    private int left;
    private int injected;
    private boolean stopped;

    /** A time in which a service does not answer, to anybody or to one process. */
    private record Outage(long from, long until, Set<Call.Service> services, String process) {
        boolean hits(Call call, long now) {
            return from <= now
                    && now < until
                    && services.contains(call.verb().service())
                    && call.process().name().startsWith(process);
        }
    }

    Faults(Scheduler scheduler, RandomGenerator random, List<Rule> rules, boolean randomly) {
        this.scheduler = scheduler;
        this.random = random;
        this.rules = rules;
        this.left = randomly ? new int[] {0, 1, 2, 3, 6, 12, 25}[random.nextInt(7)] : 0;
        this.oneIn = new int[] {5, 15, 40, 100}[random.nextInt(4)];
        for (Fault kind : Fault.values()) {
            if (kind != Fault.NONE && random.nextInt(3) > 0) {
                kinds.add(kind);
            }
        }
        int count = randomly && random.nextInt(5) == 0 ? 1 + random.nextInt(2) : 0;
        for (int i = 0; i < count; i++) {
            outages.add(outage());
        }
    }

    private Outage outage() {
        long from = random.nextLong(Duration.ofSeconds(30).toNanos());
        long length = random.nextLong(
                Duration.ofSeconds(random.nextBoolean() ? 100 : 10).toNanos());
        Set<Call.Service> services = EnumSet.noneOf(Call.Service.class);
        for (Call.Service service : Call.Service.values()) {
            if (random.nextBoolean()) {
                services.add(service);
            }
        }
        String process = random.nextBoolean() ? "p" : "p" + (1 + random.nextInt(3));
        return new Outage(from, from + length, services, process);
    }

    /** What is to become of a call. */
    Fault of(Call call) {
        Fault fault = draw(call);
        if (fault != Fault.NONE) {
            injected++;
        }
        return fault;
    }

    private Fault draw(Call call) {
        if (stopped) {
            return Fault.NONE;
        }
        for (Rule rule : rules) {
            Fault fault = rule.of(call);
            if (fault != Fault.NONE) {
                return fault;
            }
        }
        for (Outage outage : outages) {
            if (outage.hits(call, scheduler.now())) {
                return random.nextInt(8) == 0 ? Fault.LOST_ANSWER : Fault.LOST_REQUEST;
            }
        }
        if (left == 0 || kinds.isEmpty() || random.nextInt(oneIn) > 0) {
            return Fault.NONE;
        }
        Fault fault = kinds.get(random.nextInt(kinds.size()));
        left--;
        return fault;
    }

    /** Whether a message is delivered to another although somebody works on it. */
    boolean duplicates() {
        if (stopped || left == 0 || random.nextInt(oneIn * 4) > 0) {
            return false;
        }
        left--;
        injected++;
        return true;
    }

    /** How many there were, messages that were delivered twice included. */
    int injected() {
        return injected;
    }

    /** From now on all goes well. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    /** How long something takes that is slow. */
    Duration slowness() {
        return Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(4_000));
    }

    /** How long a write may be on its way whose sender has given up. */
    Duration lateness() {
        return Duration.ofMillis(random.nextLong(random.nextInt(3) == 0 ? LONGEST_LATENESS.toMillis() : 2_000));
    }

    /** How long a process stands still. */
    Duration pause() {
        return switch (random.nextInt(3)) {
            case 0 -> Duration.ofMillis(random.nextInt(3_000));
            case 1 -> Duration.ofMillis(random.nextInt(60_000));
            default -> Duration.ofMillis(random.nextLong(LONGEST_PAUSE.toMillis()));
        };
    }

    /** How long it takes until a process is there again that has crashed. */
    Duration restart() {
        return Duration.ofMillis(500 + random.nextInt(30_000));
    }

    /** Others come first between what a call does and its answer. */
    boolean answersSlowly() {
        return random.nextInt(4) == 0;
    }
}
