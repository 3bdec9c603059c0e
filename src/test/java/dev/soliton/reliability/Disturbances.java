package dev.soliton.reliability;

import dev.soliton.reliability.Fleet.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What is done to the hosts, and when: a matter of a seed. There are always two that can work, before something is done. */
final class Disturbances {
    /** More than twice as long as a worker's lease. */
    private static final Duration STANDSTILL = Duration.ofSeconds(45);

    private static final Duration SHORTEST_GAP = Duration.ofSeconds(5);
    private static final Duration MOST_MORE = Duration.ofSeconds(6);

    private final Fleet fleet;
    private final Random random;
    private final List<Kind> bag = new ArrayList<>();
    private int kills;
    private int stops;
    private int restarts;
    private CompletableFuture<Void> standstill = CompletableFuture.completedFuture(null);

    private enum Kind {
        KILL,
        STOP,
        RESTART
    }

    Disturbances(Fleet fleet, Random random) {
        this.fleet = fleet;
        this.random = random;
    }

    int kills() {
        return kills;
    }

    int stops() {
        return stops;
    }

    int restarts() {
        return restarts;
    }

    /** Disturbs for a while, and until it has done each kind; when it returns, all hosts are well. */
    void run(Duration span) {
        long end = System.nanoTime() + span.toNanos();
        while (true) {
            Pace.pause(SHORTEST_GAP.plusMillis(random.nextInt((int) MOST_MORE.toMillis())));
            if (System.nanoTime() > end && kills > 0 && stops > 0 && restarts > 0) {
                break;
            }
            strike(next());
        }
        standstill.join();
        fleet.awaitStarted();
    }

    /** Of five, three are kills; which comes when is by chance. */
    private Kind next() {
        if (bag.isEmpty()) {
            bag.addAll(List.of(Kind.KILL, Kind.STOP, Kind.KILL, Kind.RESTART, Kind.KILL));
            Collections.shuffle(bag, random);
        }
        return bag.remove(0);
    }

    private void strike(Kind kind) {
        if (kind == Kind.STOP) {
            standstill.join(); // one at a time
        }
        while (fleet.healthy().size() < 2) {
            Pace.pause(Duration.ofMillis(100));
        }
        List<Member> healthy = fleet.healthy();
        Member victim = healthy.get(random.nextInt(healthy.size()));
        switch (kind) {
            case KILL -> {
                kills++;
                fleet.kill(victim);
                fleet.startOne();
            }
            case RESTART -> {
                restarts++;
                fleet.end(victim);
                fleet.startOne();
            }
            case STOP -> {
                stops++;
                fleet.stop(victim);
                standstill = CompletableFuture.runAsync(
                        () -> fleet.resume(victim),
                        CompletableFuture.delayedExecutor(STANDSTILL.toMillis(), TimeUnit.MILLISECONDS));
            }
        }
    }
}
