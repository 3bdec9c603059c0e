package dev.soliton.sim;

import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import org.jspecify.annotations.Nullable;

/**
 * A record is marked between its making and its first lease. The sweeper spares records that are young, and a worker
 * trusts a lease from when it began to make its record: so it takes a sweeper whose clock is ahead, and that looks
 * twice within the time of a lease. Here somebody outside does what such a sweeper does. What has begun under the
 * record is long enough for the searches that follow the mark.
 */
final class MarkedRecord {
    private MarkedRecord() {}

    static Plot plot() {
        return (play, world) -> {
            AttackScenariosTest.jobs(2, AttackScenariosTest.act(60_001), AttackScenariosTest.act(60_001))
                    .cast(play, world);
            world.scheduler().begin("marker", null, true, () -> mark(world));
        };
    }

    private static void mark(World world) {
        Caller caller = new Caller(world);
        while (true) {
            caller.await(() -> unleased(world) != null);
            String worker = unleased(world);
            if (worker != null && world.workers().tryDeclareDead(worker)) {
                world.vanished().add(worker);
                world.trace().add(world.scheduler(), () -> "MARKED " + worker);
                return;
            }
        }
    }

    private static @Nullable String unleased(World world) {
        return world.workers().list().stream()
                .filter(record -> record.state() == WorkerState.UNLEASED)
                .map(WorkerRecord::worker)
                .findFirst()
                .orElse(null);
    }
}
