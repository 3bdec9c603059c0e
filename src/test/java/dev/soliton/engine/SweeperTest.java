package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.InMemoryInstanceStore;
import dev.soliton.instance.InMemoryPayloadStore;
import dev.soliton.instance.InMemoryWorkQueue;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.SettableClock;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WorkMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The search for what dead workers held, by a clock that is not to be trusted. */
final class SweeperTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final SettableClock storages = new SettableClock(START);
    private final SettableClock mine = new SettableClock(START);
    private final InMemoryWorkQueue queue = new InMemoryWorkQueue(storages);
    private final InMemoryWorkerStore workers = new InMemoryWorkerStore(storages);
    private final Logger logger = silent();
    private boolean answers = true;
    private final Sweeper sweeper = new Sweeper(
            new Storage(
                    new InMemoryInstanceStore(storages),
                    queue,
                    new Payloads(new InMemoryPayloadStore(), () -> "name", 1_000)),
            workers,
            (before, finder) -> {
                if (!answers) {
                    throw new StorageException("planned: no answer", null);
                }
                finder.accept(new StuckScan.Found(new ExecutionKey("x", "e1", 0), "dead"));
            },
            mine);

    private static Logger silent() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setLevel(Level.OFF);
        return logger;
    }

    @Test
    void searchThatFailedIsMadeUpForAlsoIfTheClockWasSetBackMeanwhile() {
        workers.enlist("dead", Duration.ofSeconds(20));
        storages.advance(Duration.ofSeconds(30));
        answers = false;
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> sweeper.sweep(logger));
        answers = true;
        mine.advance(Duration.ofMinutes(-4));
        assertThat(sweeper.sweep(logger)).isEqualTo(1);
        assertThat(queue.messages()).containsExactly(WorkMessage.wake("x", "e1", null));
    }

    @Test
    void saysInTheTextItselfWhoVanishedAndHowManyWereWoken() {
        List<String> texts = new ArrayList<>();
        Logger listening = Logger.getAnonymousLogger();
        listening.setUseParentHandlers(false);
        listening.setFilter(line -> texts.add(line.getMessage()));
        workers.enlist("dead", Duration.ofSeconds(20));
        storages.advance(Duration.ofSeconds(30));
        sweeper.sweep(listening);
        assertThat(texts).containsExactly("worker \"dead\" has vanished", "instances woken: 1");
    }
}
