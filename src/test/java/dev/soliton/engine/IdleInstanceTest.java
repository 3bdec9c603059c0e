package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.RuntimeStatus;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What messages read that come after a turn which took in what they are about. */
final class IdleInstanceTest {
    private static final int EVENTS = 20;

    private final EngineFixture hub = new EngineFixture();
    private final FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
    private final Engine worker = hub.worker(instances -> store);

    @BeforeEach
    void start() {
        hub.registry.orchestrator("Waits", () -> context -> {
            for (int i = 0; i <= EVENTS; i++) {
                context.waitForExternalEvent("go", String.class).await();
            }
            return "done";
        });
        hub.client.start(new StartRequest("Waits", "job", null));
        hub.drain(worker);
        store.calls().clear();
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private void raise(int events, int length) {
        for (int i = 0; i < events; i++) {
            hub.client.raiseEvent("job", "go", "\"" + "x".repeat(length) + "\"", null);
        }
        hub.drain(worker);
    }

    @ParameterizedTest
    @CsvSource({"100, load", "8000, look"})
    void onlyTheFirstOfManyReadsALongJournalForNothing(int length, String read) {
        raise(EVENTS, length);
        assertThat(store.calls().subList(0, 3)).containsExactly("load", "write", "load");
        assertThat(store.calls().subList(3, store.calls().size())).isEqualTo(Collections.nCopies(EVENTS - 2, read));
    }

    @ParameterizedTest
    @CsvSource({"100, 2", "8000, 3"})
    void eventThatArrivesLaterIsProcessedAllTheSame(int length, int calls) {
        raise(EVENTS, length);
        store.calls().clear();
        raise(1, length);
        assertThat(store.calls()).hasSize(calls).endsWith("load", "write");
        assertThat(hub.client.status("job", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }
}
