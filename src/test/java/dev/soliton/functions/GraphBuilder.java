package dev.soliton.functions;

import static org.mockito.Mockito.mock;

import dev.soliton.client.ClientFixture;
import dev.soliton.client.HoldingReader;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.engine.Engine;
import dev.soliton.engine.Histories;
import dev.soliton.json.JacksonConverter;
import dev.soliton.store.InMemorySweepMark;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.QueueLevels;
import dev.soliton.store.Storage;
import dev.soliton.store.SweepMark;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** Wires the app for tests of its HTTP functions: they need no sweeper, no retention and no poison queue. */
final class GraphBuilder {
    private static final long HEAP = 1 << 20;

    private final OrchestrationClient client;
    private final Storage storage;
    private final InstantSource clock;
    private Settings settings = Settings.of(Map.of("SOLITON_HUB", "test"));
    private Engine engine = mock();
    private RequestLimits limits = new RequestLimits(2_000, HEAP, Duration.ofMinutes(10));
    private HostLink host = Links.direct();
    private Waits waits = mock();
    private WorkerStore workers;
    private QueueLevels queues = mock();
    private SweepMark sweeps = new InMemorySweepMark();
    private String routePrefix = "api";

    GraphBuilder(OrchestrationClient client, Storage storage, InstantSource clock) {
        this.client = client;
        this.storage = storage;
        this.clock = clock;
        this.workers = new InMemoryWorkerStore(clock);
    }

    /** For a client of that hub. */
    static GraphBuilder of(ClientFixture hub) {
        return new GraphBuilder(hub.client(), hub.storage, hub.clock);
    }

    /** With settings other than the defaults. */
    GraphBuilder settings(Settings changed) {
        settings = changed;
        return this;
    }

    GraphBuilder engine(Engine used) {
        engine = used;
        return this;
    }

    /** With another largest body, in bytes, or another timeout. */
    GraphBuilder limits(int maxPayload, Duration functionTimeout) {
        limits = new RequestLimits(maxPayload, HEAP, functionTimeout);
        return this;
    }

    GraphBuilder host(HostLink link) {
        host = link;
        return this;
    }

    GraphBuilder routePrefix(String prefix) {
        routePrefix = prefix;
        return this;
    }

    GraphBuilder waits(Waits used) {
        waits = used;
        return this;
    }

    /** With a hub of which the dashboard shows more than its instances. */
    GraphBuilder dashboard(WorkerStore records, QueueLevels levels, SweepMark mark) {
        workers = records;
        queues = levels;
        sweeps = mark;
        return this;
    }

    AppObjects build() {
        return new AppObjects(
                settings,
                client,
                new Histories(storage),
                engine,
                mock(),
                mock(),
                null,
                mock(),
                clock,
                limits,
                host,
                waits,
                new DashboardPorts(new HoldingReader(storage.instances(), workers), workers, queues, sweeps, "~4"),
                mock(),
                JacksonConverter.standard(),
                routePrefix);
    }
}
