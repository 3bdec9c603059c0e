package dev.soliton.sim;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Jobs are started, and processes are told to end just when their host has received something. A host that stops in order
 * gives the process what it has received, so that this is known there, whether its turn has begun or not.
 */
final class StopAtAReceipt {
    private static final int JOBS = 3;
    private static final int STOPS = 6;

    private StopAtAReceipt() {}

    static Plot plot() {
        return (play, world) -> {
            world.startProcess("p1");
            world.startProcess("p2");
            for (int job = 0; job < JOBS; job++) {
                play.job(world, "job" + job, new Program("", List.of(AttackScenariosTest.act()), List.of()), 1);
            }
            world.scheduler().begin("stopper", null, true, () -> stopSome(world));
        };
    }

    private static void stopSome(World world) {
        Caller caller = new Caller(world);
        for (int stop = 0; stop < STOPS; stop++) {
            caller.await(() -> aboutToBeGivenMore(world) != null);
            SimProcess process = aboutToBeGivenMore(world);
            if (process == null || world.faults().isStopped()) {
                return;
            }
            process.stop();
            caller.idle(Duration.ofSeconds(2));
        }
    }

    private static @Nullable SimProcess aboutToBeGivenMore(World world) {
        return world.reachable().stream()
                .filter(process -> !process.isStopping() && process.isToBeGivenMore())
                .findFirst()
                .orElse(null);
    }
}
