package dev.soliton.bench;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import dev.soliton.azure.BlobPayloadStore;
import dev.soliton.azure.BlobWorkerStore;
import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.StorageWorkQueue;
import dev.soliton.azure.TableInstanceCatalog;
import dev.soliton.azure.TableInstanceStore;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.MalformedMessageException;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Soliton, as the functions use it, without the functions: its client and its engine over the real adapters. */
final class SolitonSide implements Side {
    /** Has five activities, one after another. */
    static final String HELLO = "Hello";

    /** Adds up events for ever. */
    static final String ACTOR = "Actor";

    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final int MAX_EVENTS = 100_000;
    private static final int ACTIVITIES = 5;

    private final String orchestrator;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final OrchestrationClient client;
    private final Engine engine;
    private final InstanceLog log;
    private final QueueClient queue;

    /** A worker of a hub, and a client that starts this orchestrator. */
    SolitonSide(StorageAccount account, String hub, String orchestrator) {
        this.orchestrator = orchestrator;
        Registry registry = new Registry()
                .orchestrator(HELLO, () -> SolitonSide::hello)
                .orchestrator(ACTOR, () -> SolitonSide::actor)
                .activity("Say", () -> context -> "Hello " + context.getInput(String.class) + "!");
        Supplier<String> ids = () -> UUID.randomUUID().toString();
        InstantSource clock = InstantSource.system();
        RealWaits waits = new RealWaits();
        Storage storage = new Storage(
                new TableInstanceStore(account, hub),
                new StorageWorkQueue(account, hub),
                new Payloads(new BlobPayloadStore(account, hub), ids, 16L << 20));
        client = new OrchestrationClient(storage, new TableInstanceCatalog(account, hub), registry, clock, ids, waits);
        engine = new Engine(
                storage,
                new BlobWorkerStore(account, hub),
                new EngineExecutors(registry, threads, threads, threads),
                new TimeAndIds(clock, ids, waits),
                new EngineLimits(MAX_EVENTS, EngineLimits.DEFAULT_LEASE, Duration.ofMinutes(10)));
        Logger silent = Logger.getAnonymousLogger();
        silent.setLevel(Level.OFF);
        log = new InstanceLog(silent);
        queue = account.queues().getQueueClient(hub + "-orchestrations");
    }

    private static Object hello(OrchestrationContext context) {
        List<@Nullable String> greetings = new ArrayList<>();
        for (int i = 0; i < ACTIVITIES; i++) {
            greetings.add(context.callActivity("Say", "City " + i, String.class).await());
        }
        return greetings;
    }

    private static @Nullable Object actor(OrchestrationContext context) {
        int sum = Objects.requireNonNullElse(context.getInput(Integer.class), 0);
        Integer more = context.waitForExternalEvent("add", Integer.class).await();
        context.continueAsNew(sum + Objects.requireNonNullElse(more, 0));
        return null;
    }

    OrchestrationClient client() {
        return client;
    }

    @Override
    public void start(String instanceId) {
        require(client.start(new StartRequest(orchestrator, instanceId, "1")), StartOutcome.Started.class);
    }

    @Override
    public void startAgain(String instanceId) {
        require(client.start(new StartRequest(orchestrator, instanceId, "1")), StartOutcome.Rejected.class);
    }

    @Override
    public void status(String instanceId) {
        if (client.status(instanceId, true).isEmpty()) {
            throw new IllegalStateException("There is no " + instanceId + ".");
        }
    }

    @Override
    public void raise(String instanceId) {
        require(client.raiseEvent(instanceId, "add", "1", null), SignalOutcome.Accepted.class);
    }

    @Override
    public Taken take() {
        QueueMessageItem item = receive(queue);
        return new Taken(parse(item).instanceId(), item);
    }

    private static WorkMessage parse(QueueMessageItem item) {
        try {
            return WorkMessageJson.parse(item.getBody().toString());
        } catch (MalformedMessageException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void handle(Taken message) {
        TurnOutcome outcome = engine.process(parse(message.item()), log);
        if (outcome == TurnOutcome.REQUEUED || outcome == TurnOutcome.OWNERSHIP_LOST) {
            throw new IllegalStateException("A turn of " + message.instanceId() + " ended as " + outcome + ".");
        }
        queue.deleteMessage(message.item().getMessageId(), message.item().getPopReceipt());
    }

    /** The next message, which is there. */
    static QueueMessageItem receive(QueueClient queue) {
        return queue.receiveMessages(1, LEASE, null, Context.NONE).stream()
                .findFirst()
                .orElseThrow();
    }

    private static void require(Object outcome, Class<?> expected) {
        if (!expected.isInstance(outcome)) {
            throw new IllegalStateException("Not " + expected.getSimpleName() + ": " + outcome);
        }
    }

    @Override
    public void close() {
        engine.stop(Duration.ofSeconds(1));
        threads.shutdownNow();
    }
}
