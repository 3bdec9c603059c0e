package dev.soliton.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.json.JacksonConverter;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.DataConverter;
import dev.soliton.orchestration.Orchestrator;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An app in memory, to test orchestrators with: the real engine over stores in memory, without a thread, a network or a
 * wait, so that the same test does the same each time.
 *
 * <pre>{@code
 * try (TestHub hub = new TestHub(registry)) {
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
 * <p>Time stands still but in {@link #advance} and {@link #elapse}; the engine itself waits for a timer that is due
 * within two seconds, and makes the clock jump there.
 */
public final class TestHub implements AutoCloseable {
    /** The time at which every hub begins. */
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    /** The one worker there is never dies. */
    private static final EngineLimits LIMITS =
            new EngineLimits(100_000, Duration.ofDays(365_000), Duration.ofMinutes(10));

    /** More turns than a test needs: something goes round in circles. */
    private static final int MAX_TURNS = 10_000;

    /** How much further than it was told the clock may go, by timers that the engine itself waits for. */
    private static final Duration MAX_JUMP = Duration.ofHours(1);

    private final HubTime time = new HubTime(START);
    private final InMemoryWorkQueue queue = new InMemoryWorkQueue(time);
    private final Registry registry = new Registry();
    private final DataConverter converter;
    private final Map<String, Activity> fakes = new HashMap<>();
    private final List<ActivityCalled> calls = new ArrayList<>();
    private final InlineThreads activities = InlineThreads.runningAll();
    private final InlineThreads children = InlineThreads.rejectingAll();
    private final OrchestrationClient client;
    private final Engine engine;
    private final InstanceLog log;
    private int names;

    /** A hub with the orchestrators and the activities of that registry, as they are there now. */
    public TestHub(Registry app) {
        converter = app.dataConverter().orElseGet(JacksonConverter::standard);
        registry.dataConverter(converter);
        app.orchestrators()
                .forEach(name ->
                        orchestrator(name, () -> app.newOrchestrator(name).orElseThrow()));
        app.activities().forEach(name -> serve(name, () -> app.newActivity(name).orElseThrow()));
        Logger logger = Logger.getAnonymousLogger();
        logger.setLevel(Level.OFF);
        log = new InstanceLog(logger);
        InMemoryInstanceStore rows = new InMemoryInstanceStore(time);
        Storage storage = new Storage(rows, queue, new Payloads(new InMemoryPayloadStore(), this::newName, 16L << 20));
        client = new OrchestrationClient(
                storage, new InMemoryInstanceCatalog(rows), registry, time, this::newName, time);
        engine = new Engine(
                storage,
                new InMemoryWorkerStore(time),
                new EngineExecutors(registry, activities, children, neverRuns -> {}),
                new TimeAndIds(time, this::newName, time),
                LIMITS);
    }

    /** A hub that has nothing yet. */
    public TestHub() {
        this(new Registry());
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
        fakes.put(name, fake);
        return this;
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

    /** The calls of activities so far, in their order. */
    public List<ActivityCalled> calls() {
        return List.copyOf(calls);
    }

    /** The names of the activities that were called so far, in their order. */
    public List<String> called() {
        return calls.stream().map(ActivityCalled::name).toList();
    }

    /** What the calls of an activity were given so far, in their order; not for calls without input. */
    public <T> List<T> inputs(String activity, Class<T> type) {
        return calls.stream()
                .filter(call -> call.name().equals(activity))
                .map(call -> this.<T>read(call.input(), type))
                .toList();
    }

    /** Forgets everything. */
    @Override
    public void close() {
        activities.shutdown();
        children.shutdown();
    }

    private void serve(String name, Supplier<Activity> real) {
        registry.activity(name, () -> context -> {
            JsonNode input = context.getInput(JsonNode.class);
            calls.add(new ActivityCalled(
                    name,
                    context.getInstanceId(),
                    context.getTaskId(),
                    input == null ? null : input.toString(),
                    status(context.getInstanceId()).customStatus()));
            Activity fake = fakes.get(name);
            return (fake == null ? real.get() : fake).run(context);
        });
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
