package dev.soliton.engine.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.EngineFixture;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.ExecutionKey;
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
    private final EngineServices services =
            hub.services(new EngineLimits(1_000, Duration.ofDays(1), Duration.ofMinutes(10)));

    @Test
    void resultThatWasProcessedIsNotKeptInMemory() throws InterruptedException {
        hub.registry.activity("Long", () -> ignored -> "o".repeat(15_000));
        WorkerLease lease = new WorkerLease("w", "l", Duration.ofDays(1), services, services.moment(), nobody -> {});
        LinkedBlockingDeque<TurnSignal> happenings = new LinkedBlockingDeque<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        EngineExecutors executors = new EngineExecutors(hub.registry, threads, threads, task -> {});
        Activities activities = new Activities(executors, lease, happenings);
        activities.request(new JournalEvent.TaskScheduled(0, "Long", null, null, hub.clock.instant()));
        activities.startSome(
                services,
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
