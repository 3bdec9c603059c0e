package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.instance.ExecutionKey;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What a turn keeps of what it has done with. */
final class TurnMemoryTest {
    private final EngineFixture hub = new EngineFixture();
    private final EngineContext context = new EngineContext(
            hub.storage,
            hub.workers,
            new Platform(hub.clock, () -> "id", hub.waits()),
            new EngineLimits(1_000, Duration.ofDays(1), Duration.ofMinutes(10)),
            hub.registry);

    @Test
    void resultThatWasTakenInIsNotKept() throws InterruptedException {
        hub.registry.activity("Long", () -> ignored -> "o".repeat(15_000));
        WorkerLease lease = new WorkerLease("w", "l", Duration.ofDays(1), context, context.moment(), nobody -> {});
        LinkedBlockingDeque<Happening> happenings = new LinkedBlockingDeque<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        Crew crew = new Crew(hub.registry, threads, threads, task -> {});
        Activities activities = new Activities(crew, lease, happenings);
        activities.request(new JournalEvent.TaskScheduled(0, "Long", null, null, hub.clock.instant()));
        activities.startSome(
                context,
                1,
                new ExecutionPayloads(new ExecutionKey("x", "e", 0), hub.storage.payloads()),
                Logger.getAnonymousLogger());
        Activities.Ended ended = (Activities.Ended) happenings.take();
        assertThat(ended).isInstanceOf(Activities.Ended.Returned.class);
        activities.taken(ended);
        WeakReference<Activities.Ended> kept = new WeakReference<>(ended);
        ended = null;
        Instant deadline = Instant.now().plusSeconds(60);
        while (kept.get() != null && Instant.now().isBefore(deadline)) {
            System.gc();
        }
        assertThat(kept.get()).isNull();
        assertThat(activities.underWay()).isZero();
        threads.shutdown();
        hub.close();
    }
}
