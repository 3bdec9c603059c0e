package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.InMemoryWorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A journal that grows too long is told of before it is too late. */
final class JournalLengthTest {
    private final EngineFixture hub = new EngineFixture();
    private final List<String> warnings = new ArrayList<>();

    @AfterEach
    void close() {
        hub.close();
    }

    @ParameterizedTest
    @CsvSource({"9998, 0", "9999, 1", "12000, 1"})
    void warnsOnceAtTenThousandEvents(int timers, int warned) {
        hub.registry.orchestrator("Long", () -> context -> {
            for (int i = 0; i < Objects.requireNonNull(context.getInput(Integer.class)); i++) {
                context.createTimer(Duration.ofDays(1));
            }
            return context.waitForExternalEvent("never").await();
        });
        hub.client.start(new StartRequest("Long", "job", Integer.toString(timers)));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();

        // With the event that it began.
        hub.worker().process(delivery.message(), new InstanceLog(logger()));

        assertThat(warnings)
                .hasSize(warned)
                .allMatch(line -> line.startsWith("long journal instanceId=\"job\"")
                        && line.contains("events=10000")
                        && line.contains("limit=" + EngineFixture.MAX_EVENTS));
    }

    private Logger logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().equals(Level.WARNING)) {
                    warnings.add(line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return logger;
    }
}
