package dev.soliton.testkit;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.Histories;
import dev.soliton.engine.Histories.InstanceHistory;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.json.JacksonConverter;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.DataConverter;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.OrchestratorVersions;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.TypeReference;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An app in memory, to test orchestrators with: the real engine over stores in memory, without a thread, a network or a
 * wait, so that the same test does the same each time. It needs no test framework: what fails throws an
 * {@link AssertionError}.
 *
 * <pre>{@code
 * try (TestHub hub = new TestHub(new MyApp())) {
 *     hub.activity("ChargeCard", context -> "charge-1");
 *     hub.start("FulfilOrder", "order-1", order);
 *     hub.settle();
 *     hub.advance(Duration.ofHours(24));
 *     assertThat(hub.output("order-1", String.class)).isEqualTo("too late");
 * }
 * }</pre>
 *
 * <p>Nothing happens but in {@link #settle} and {@link #advance}. All orchestrators run on the thread that calls these,
 * and so do activities: each where it is started, to its end, before the orchestrator goes on. So activities that would
 * run side by side run one after another, in the order in which they were asked for. Between two waits of an
 * orchestrator it may be replayed from its first line, as it would be in earnest.
 *
 * <p>Time stands still but in {@link #advance}, {@link #advanceTo} and {@link #elapse}; the engine itself waits for a timer
 * that is due within two seconds, and makes the clock jump there.
 *
 * <p>A hub belongs to the thread that made it.
 */
public final class TestHub implements AutoCloseable {
    /** The time at which a hub begins unless it is told another. */
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    /** The one worker there is never dies. */
    private static final EngineLimits LIMITS =
            new EngineLimits(100_000, Duration.ofDays(365_000), Duration.ofMinutes(10));

    /** More turns than a test needs: something goes round in circles. */
    private static final int MAX_TURNS = 10_000;

    /** How much further than it was told the clock may go, by timers that the engine itself waits for. */
    private static final Duration MAX_JUMP = Duration.ofHours(1);

    private final HubTime time;
    private final InMemoryWorkQueue queue;
    private final InMemoryInstanceStore rows;
    private final InMemoryPayloadStore texts = new InMemoryPayloadStore();
    private final Registry registry = new Registry();
    private final DataConverter converter;
    private final HubActivities activities = new HubActivities(id -> status(id).customStatus());
    private final InlineThreads threads = InlineThreads.runningAll();
    private final InlineThreads children = InlineThreads.rejectingAll();
    private final OrchestrationClient client;
    private final Histories histories;
    private final Engine engine;
    private final InstanceLog log;
    private boolean settling;
    private int names;

    /** A hub with all that an app registers, in a {@link TestEnvironment} without settings. */
    public TestHub(SolitonApp app) {
        this(app, new TestEnvironment());
    }

    /** A hub with all that an app registers. */
    public TestHub(SolitonApp app, AppEnvironment environment) {
        this(registered(app, environment));
    }

    /** A hub with the orchestrators and the activities of that registry, as they are there now. */
    public TestHub(Registry app) {
        this(app, START);
    }

    /**
     * A hub with the orchestrators and the activities of that registry, as they are there now.
     *
     * @param start the time at which it begins
     */
    public TestHub(Registry app, Instant start) {
        time = new HubTime(start);
        queue = new InMemoryWorkQueue(time);
        rows = new InMemoryInstanceStore(time);
        converter = app.dataConverter().orElseGet(JacksonConverter::standard);
        registry.dataConverter(converter);
        app.orchestrators().forEach(name -> add(app, name));
        app.activities().forEach(name -> serve(name, () -> app.newActivity(name).orElseThrow()));
        Logger logger = Logger.getAnonymousLogger();
        logger.setLevel(Level.OFF);
        log = new InstanceLog(logger);
        Storage storage = new Storage(rows, queue, new Payloads(texts, this::newName, 16L << 20));
        client = new OrchestrationClient(
                storage,
                new InMemoryInstanceCatalog(rows),
                registry,
                time,
                this::newName,
                new ClientWaits(time, this::letPass));
        histories = new Histories(storage);
        engine = new Engine(
                storage,
                new InMemoryWorkerStore(time),
                new EngineExecutors(registry, threads, children, neverRuns -> {}),
                new TimeAndIds(time, this::newName, time),
                LIMITS);
    }

    /** A hub that has nothing yet. */
    public TestHub() {
        this(new Registry());
    }

    private void add(Registry app, String name) {
        if (app.isInternal(name)) {
            registry.internal(name, () -> app.newOrchestrator(name).orElseThrow());
        } else {
            OrchestratorVersions versions = app.versions(name).orElseThrow();
            OrchestratorVersions own = registry.orchestrator(name);
            versions.numbers()
                    .forEach(number -> own.version(
                            number, () -> app.newOrchestrator(name, number).orElseThrow()));
            if (versions.isKeptOnContinueAsNew()) {
                own.keptOnContinueAsNew();
            }
        }
        app.description(name).ifPresent(description -> registry.describe(name, description));
    }

    private static Registry registered(SolitonApp app, AppEnvironment environment) {
        Registry registry = new Registry();
        app.register(registry, environment);
        return registry;
    }

    /**
     * The client that functions of the app are given, with all that it can do: start policies, queued starts, rewinding,
     * purging, lists. While somebody waits with it, time passes in the hub and what is due happens.
     */
    public OrchestrationClient client() {
        return client;
    }

    /** What turns values into JSON and back here, as functions of the app are given it. */
    public DataConverter dataConverter() {
        return converter;
    }

    /** Adds an orchestrator. */
    public TestHub orchestrator(String name, Supplier<? extends Orchestrator> factory) {
        registry.orchestrator(name, factory);
        return this;
    }

    /** Gives an activity a fake, from now on, in place of what it was before, if it was there before. */
    public TestHub activity(String name, Activity fake) {
        if (!registry.activities().contains(name)) {
            serve(name, () -> fake);
        }
        activities.fake(name, fake);
        return this;
    }

    /**
     * Lets the next calls of an activity fail: each throws that exception instead of what the activity, or its fake, would
     * do. The calls after them are as before. Where the orchestrator tries again, each attempt is a call.
     *
     * @param calls how many, on top of those that were asked for before
     */
    public TestHub failNext(String activity, int calls, Exception failure) {
        checkActivity(activity);
        activities.failNext(activity, calls, failure);
        return this;
    }

    /**
     * Lets each call of an activity run twice from now on, and drops the first result: what an activity can meet whose
     * process dies after its effect and before its result is committed. One that is idempotent makes no difference.
     */
    public TestHub runTwice(String activity) {
        checkActivity(activity);
        activities.runTwice(activity);
        return this;
    }

    private void checkActivity(String name) {
        if (!registry.activities().contains(name)) {
            throw new AssertionError("The hub has no activity '" + name + "'; it has " + registry.activities() + ".");
        }
    }

    /**
     * Starts an instance; it begins to run when the hub {@linkplain #settle settles}.
     *
     * @param input turned into JSON; null for none
     * @return names the execution
     */
    public String start(String orchestrator, String instanceId, @Nullable Object input) {
        return startWithJson(orchestrator, instanceId, write(input));
    }

    /** Starts an instance whose input is JSON already; null for none. */
    public String startWithJson(String orchestrator, String instanceId, @Nullable String input) {
        StartOutcome outcome = client.start(new StartRequest(orchestrator, instanceId, input));
        if (outcome instanceof StartOutcome.Started started) {
            return started.executionId();
        }
        throw new AssertionError("The instance '" + instanceId + "' is not started: " + outcome);
    }

    /** Starts an instance without input. */
    public String start(String orchestrator, String instanceId) {
        return startWithJson(orchestrator, instanceId, null);
    }

    /**
     * Raises an event; it comes in when the hub settles.
     *
     * @param payload turned into JSON; null for none
     */
    public void raise(String instanceId, String event, @Nullable Object payload) {
        check(instanceId, client.raiseEvent(instanceId, event, write(payload), null));
    }

    /** Raises an event without a payload. */
    public void raise(String instanceId, String event) {
        raise(instanceId, event, null);
    }

    /** Ends an instance from outside. */
    public void terminate(String instanceId, @Nullable String reason) {
        check(instanceId, client.terminate(instanceId, reason));
    }

    /** Makes an instance stand still. */
    public void suspend(String instanceId, @Nullable String reason) {
        check(instanceId, client.suspend(instanceId, reason));
    }

    /** Lets an instance go on. */
    public void resume(String instanceId, @Nullable String reason) {
        check(instanceId, client.resume(instanceId, reason));
    }

    /** Runs everything that can run now, until all instances have ended, or wait for an event or for time to pass. */
    public void settle() {
        settle(time.instant().plus(MAX_JUMP));
    }

    private void settle(Instant latest) {
        if (settling) {
            throw new IllegalStateException("An activity, or an orchestrator, cannot settle the hub that runs it.");
        }
        settling = true;
        try {
            process(latest);
        } finally {
            settling = false;
        }
    }

    private void process(Instant latest) {
        for (int turns = 0; turns < MAX_TURNS; turns++) {
            Optional<InMemoryWorkQueue.Delivery> message = queue.receive();
            if (message.isEmpty()) {
                return;
            }
            InMemoryWorkQueue.Delivery received = message.get();
            engine.process(received.message(), log);
            queue.delete(received);
            if (time.instant().isAfter(latest)) {
                throw new AssertionError(
                        "The hub does not settle: '" + received.message().instanceId()
                                + "' waits for timers of two seconds or less again and again; give it longer ones in a test.");
            }
        }
        throw new AssertionError("The hub does not settle after " + MAX_TURNS + " turns: " + queue.messages());
    }

    /** Lets time pass, from timer to timer, so that each finds the time that it was set for; settles after each. */
    public void advance(Duration duration) {
        Instant end = time.instant().plus(duration);
        Instant latest = end.plus(MAX_JUMP);
        settle(latest);
        for (Optional<Instant> next = queue.nextVisibleAt();
                next.isPresent() && !next.get().isAfter(end);
                next = queue.nextVisibleAt()) {
            time.advanceTo(next.get());
            settle(latest);
        }
        time.advanceTo(end);
        settle(latest);
    }

    /**
     * Sets the clock: lets time pass up to then, from timer to timer, as {@link #advance} does.
     *
     * @throws IllegalArgumentException if that is past: time does not go back
     */
    public void advanceTo(Instant instant) {
        if (instant.isBefore(now())) {
            throw new IllegalArgumentException("It is " + now() + " already, later than " + instant + ".");
        }
        advance(Duration.between(now(), instant));
    }

    /** What passes while a client waits; one that waits within an activity waits for nothing that the hub could do. */
    private void letPass(Duration duration) {
        if (settling) {
            elapse(duration);
        } else {
            advance(duration);
        }
    }

    /** Lets time pass, and nothing else happen: for an activity that takes long. */
    public void elapse(Duration duration) {
        time.pause(duration);
    }

    /** The time of this hub. */
    public Instant now() {
        return time.instant();
    }

    /** An instance as a caller would see it: its status, its input, custom status and output as JSON. */
    public Instance status(String instanceId) {
        return client.status(instanceId, true)
                .orElseThrow(() -> new AssertionError("There is no instance '" + instanceId + "'."));
    }

    /** What an instance returned that has completed, or fails the test if it has not; not for null. */
    public <T> T output(String instanceId, Class<T> type) {
        return this.<T>read(outputOf(instanceId), type);
    }

    /** What an instance returned that has completed, read as a generic type. */
    public <T> T output(String instanceId, TypeReference<T> type) {
        return this.<T>read(outputOf(instanceId), type.getType());
    }

    /** How an instance failed, type and message, or fails the test if it did not. */
    public String failure(String instanceId) {
        Instance instance = status(instanceId);
        if (instance.status() != RuntimeStatus.FAILED) {
            throw new AssertionError("The instance has not failed: " + instance);
        }
        return this.<String>read(instance.output(), String.class);
    }

    /** What an instance shows as its custom status; not for none. */
    public <T> T customStatus(String instanceId, Class<T> type) {
        return this.<T>read(status(instanceId).customStatus(), type);
    }

    /** The history of an instance since it last continued as new, in its order, with all inputs and results. */
    public List<HistoryEvent> history(String instanceId) {
        List<HistoryEvent> history = new ArrayList<>();
        String from = null;
        do {
            InstanceHistory part = histories
                    .find(instanceId, true, true, from)
                    .orElseThrow(() -> new AssertionError("There is no instance '" + instanceId + "'."));
            part.entries().forEach(entry -> history.add(HistoryEvent.of(entry)));
            from = part.continuation();
        } while (from != null);
        return history;
    }

    /** The history of an instance as a text that a later test can {@linkplain RecordedHistory#replay replay}. */
    public RecordedHistory record(String instanceId) {
        return RecordedHistory.of(rows, texts::get, instanceId);
    }

    /**
     * Replays the history of each instance that there is, sub-orchestrations too, and fails the test if an orchestrator is
     * not deterministic. Call it at the end of a test, after the hub has settled.
     *
     * @see RecordedHistory#replay
     */
    public void replayAll() {
        rows.instances().forEach(row -> record(row.key().instanceId()).replay(registry));
    }

    /** The calls of activities so far, in their order. */
    public List<ActivityCalled> calls() {
        return activities.calls();
    }

    /** The names of the activities that were called so far, in their order. */
    public List<String> called() {
        return calls().stream().map(ActivityCalled::name).toList();
    }

    /** What the calls of an activity were given so far, in their order; not for calls without input. */
    public <T> List<T> inputs(String activity, Class<T> type) {
        return calls().stream()
                .filter(call -> call.name().equals(activity))
                .map(call -> this.<T>read(call.input(), type))
                .toList();
    }

    /** Forgets everything. */
    @Override
    public void close() {
        threads.shutdown();
        children.shutdown();
    }

    private void serve(String name, Supplier<Activity> real) {
        registry.activity(name, () -> activities.of(name, real));
    }

    private String newName() {
        return "id-" + ++names;
    }

    private static void check(String instanceId, SignalOutcome outcome) {
        if (!(outcome instanceof SignalOutcome.Accepted)) {
            throw new AssertionError("The instance '" + instanceId + "' takes nothing in: " + outcome);
        }
    }

    private @Nullable String write(@Nullable Object value) {
        return value == null ? null : converter.toJson(value);
    }

    private @Nullable String outputOf(String instanceId) {
        Instance instance = status(instanceId);
        if (instance.status() != RuntimeStatus.COMPLETED) {
            throw new AssertionError("The instance has not completed: " + instance);
        }
        return instance.output();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // The converter keeps to the type that it is given.
    private <T> T read(@Nullable String json, Type type) {
        if (json == null) {
            throw new AssertionError("There is nothing where a " + type.getTypeName() + " is asked for.");
        }
        return (T) Objects.requireNonNull(converter.fromJson(json, type), "the JSON null");
    }
}
