package dev.soliton.reliability;

import dev.soliton.e2e.app.Duties;
import dev.soliton.e2e.app.Duties.Duty;
import dev.soliton.e2e.app.Duties.Entry;
import dev.soliton.reliability.Client.Reply;
import dev.soliton.reliability.Evidence.Answer;
import dev.soliton.reliability.Evidence.Sent;
import dev.soliton.reliability.Evidence.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Singletons of all kinds, which begin one after another over a span of time: jobs of steps one after another and at once,
 * sleepers, parents with children, ledgers that take in numbered events from two callers each, and couriers that write to
 * ledgers. Three callers at once start each ID, and must agree on who won.
 */
final class Workload implements AutoCloseable {
    private static final int RIVALS = 3;
    private static final int SENDERS = 2;
    private static final int EVENTS = 18;
    private static final int COURIER_EVENTS = 4;

    /** What the IDs of relays have in them. */
    static final String RELAY = "relay-";

    /** More than fits into a column: what holds it is a blob. */
    private static final String FREIGHT = "freight ".repeat(4_000);

    /** Of ten singletons so many are of that kind; a ledger comes before the couriers that write to it. */
    private static final List<String> KINDS = List.of(
            "Ledger", "Vigil", "Crowd", "Courier", "Household", "Ledger", "Chain", "Sleeper", "Courier", "Fragile");

    private static final Set<String> NEEDS_OPERATORS = Set.of("Vigil", "Fragile");

    /** Of ten singletons that one is terminated, that one purged when it has completed, those suspended for a while. */
    private static final int TERMINATED = 1;

    private static final int PURGED = 6;
    private static final Set<Integer> SUSPENDED = Set.of(2, 4, 5, 7);

    private final Fleet fleet;
    private final Duration span;
    private final List<Singleton> singletons = new ArrayList<>();
    private final Map<String, Map<String, Integer>> couriers = new HashMap<>();
    private final Map<String, CompletableFuture<Void>> there = new ConcurrentHashMap<>();
    private final List<Start> starts = new CopyOnWriteArrayList<>();
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final @Nullable Operators operators;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /**
     * How much of it there is.
     *
     * @param singletons how many IDs callers start
     * @param span the time over which they do, and over which events are sent
     * @param longestMillis how long an activity takes at most
     */
    record Size(int singletons, Duration span, int longestMillis) {}

    /**
     * An instance to come.
     *
     * @param seed of all that is left to chance about it
     */
    private record Singleton(
            String id, String kind, Duration after, long seed, int size, int millis, @Nullable String partner) {
        Duty duty(String start) {
            return new Duty(start, size, millis, partner, kind.equals("Crowd") ? FREIGHT : null);
        }
    }

    /**
     * A workload that is a matter of its seed alone.
     *
     * @param prefix begins all IDs
     * @param operators who do more to some of them than to start them and send to them; null for nobody
     */
    Workload(Fleet fleet, String prefix, RandomGenerator random, Size size, @Nullable Operators operators) {
        this.fleet = fleet;
        this.operators = operators;
        this.span = size.span();
        int count = size.singletons();
        String ledger = null;
        for (int i = 0; i < count; i++) {
            String planned = KINDS.get(i % KINDS.size());
            // Nobody would have it go on, or end.
            String kind = NEEDS_OPERATORS.contains(planned) && operators == null ? "Chain" : planned;
            String id = prefix + kind.toLowerCase(Locale.ROOT) + "-" + i;
            // The last begin at two thirds of the time, so that what is done to the hosts hits them too.
            Duration after = size.span().multipliedBy(2L * i).dividedBy(3L * count);
            if (kind.equals("Ledger")) {
                ledger = id;
                couriersOf(id);
            }
            String partner = kind.equals("Courier") ? ledger : null;
            int steps = partner != null ? COURIER_EVENTS : 3 + random.nextInt(6);
            singletons.add(new Singleton(
                    id,
                    kind,
                    after,
                    random.nextLong(),
                    steps,
                    100 + random.nextInt(size.longestMillis() - 100),
                    partner));
            if (partner != null) {
                couriersOf(partner).put(id, steps);
            }
        }
    }

    private Map<String, Integer> couriersOf(String ledger) {
        return couriers.computeIfAbsent(ledger, id -> new HashMap<>());
    }

    private CompletableFuture<Void> isThere(String id) {
        return there.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    /** Does all of it, and waits until everything was answered. */
    void run() {
        long begun = System.nanoTime();
        List<CompletableFuture<Void>> tasks = singletons.stream()
                .map(singleton -> CompletableFuture.runAsync(() -> live(singleton, begun), threads))
                .toList();
        tasks.forEach(CompletableFuture::join);
    }

    /** The IDs that callers started, and that are there in the end. */
    List<String> ids() {
        Set<String> purged =
                operators == null ? Set.of() : operators.deeds().purged().keySet();
        return singletons.stream()
                .map(Singleton::id)
                .filter(id -> !purged.contains(id))
                .toList();
    }

    /** What callers were told. */
    List<Start> starts() {
        return List.copyOf(starts);
    }

    /** What was sent, by callers and couriers. */
    List<Sent> sent() {
        List<Sent> all = new ArrayList<>(sent);
        couriers.forEach((ledger, senders) -> senders.forEach((courier, count) -> {
            for (int number = 1; number <= count; number++) {
                all.add(new Sent(ledger, courier, number, true));
            }
        }));
        return all;
    }

    private void live(Singleton singleton, long begun) {
        RandomGenerator random = new Random(singleton.seed());
        Pace.pause(singleton.after());
        if (singleton.partner() != null) {
            isThere(singleton.partner()).join();
        }
        // What is to be purged has one, with a key: a try that comes late would start it anew.
        boolean isPurged = operators != null && placeOf(singleton) == PURGED;
        CompletableFuture<?>[] rivals = new CompletableFuture<?>[isPurged ? 1 : RIVALS];
        for (int i = 0; i < rivals.length; i++) {
            String name = singleton.id() + " by " + i;
            // Of those who start a ledger the last only wants it to be there.
            String query = singleton.kind().equals("Ledger") && i == RIVALS - 1 ? "?idConflictPolicy=useExisting" : "";
            String[] headers = isPurged ? new String[] {"Idempotency-Key", singleton.id()} : new String[0];
            Client client = new Client(fleet, new Random(random.nextLong()));
            rivals[i] = CompletableFuture.runAsync(
                    () -> starts.add(start(client, singleton, name, query, headers)), threads);
        }
        CompletableFuture.allOf(rivals).join();
        isThere(singleton.id()).complete(null);
        CompletableFuture<Void> operated =
                CompletableFuture.runAsync(() -> operate(singleton, new Random(random.nextLong())), threads);
        if (singleton.kind().equals("Ledger")) {
            fill(singleton, random, begun);
        }
        operated.join();
    }

    /** Which of ten it is. */
    private int placeOf(Singleton singleton) {
        return singletons.indexOf(singleton) % KINDS.size();
    }

    private void operate(Singleton singleton, RandomGenerator random) {
        if (operators == null) {
            return;
        }
        int place = placeOf(singleton);
        if (place == TERMINATED) {
            operators.terminate(singleton.id(), random);
        } else if (place == PURGED) {
            operators.purge(singleton.id(), random);
        } else if (SUSPENDED.contains(place)) {
            operators.suspend(singleton.id(), random);
        } else if (singleton.kind().equals("Fragile")) {
            operators.rewind(singleton.id(), random);
            operators.relay(
                    singleton.id().replace("fragile-", RELAY), 4, random.nextBoolean(), singleton.millis(), random);
        }
    }

    private Start start(Client client, Singleton singleton, String name, String query, String... headers) {
        String path = "/api/orchestrators/" + singleton.kind() + "/" + singleton.id() + query;
        boolean unsure = false;
        long deadline = System.nanoTime() + fleet.terms().patience().toNanos();
        while (true) {
            Reply reply = client.send("POST", path, singleton.duty(name), headers);
            if (reply.code() == 202) {
                String execution = reply.body().path("executionId").asText();
                boolean isAttached = reply.body().path("outcome").asText().equals("attached");
                Answer answer = isAttached ? Answer.ATTACHED : Answer.STARTED;
                return new Start(singleton.id(), name, answer, execution, unsure);
            }
            if (reply.code() == 409) {
                String execution = reply.body().at("/existing/executionId").asText();
                return new Start(singleton.id(), name, Answer.REFUSED, execution, unsure);
            }
            if ((reply.code() != 0 && reply.code() < 500) || System.nanoTime() > deadline) {
                throw new AssertionError("start of " + name + ": " + reply.code() + " " + reply.body());
            }
            unsure = true;
            Pace.pause(Duration.ofMillis(500));
        }
    }

    private void fill(Singleton ledger, RandomGenerator random, long begun) {
        long left = span.toMillis() - (System.nanoTime() - begun) / 1_000_000;
        int gap = (int) Math.max(200, 2 * left / EVENTS);
        CompletableFuture<?>[] senders = new CompletableFuture<?>[SENDERS];
        for (int i = 0; i < SENDERS; i++) {
            String from = "caller-" + i;
            RandomGenerator own = new Random(random.nextLong());
            senders[i] = CompletableFuture.runAsync(() -> sendAll(ledger.id(), from, own, gap), threads);
        }
        CompletableFuture.allOf(senders).join();
        new Client(fleet, random)
                .insist(
                        Set.of(202),
                        "POST",
                        raise(ledger.id()) + "?eventId=close",
                        new Entry("", 0, couriersOf(ledger.id())));
    }

    /** Each event but every fifth has an ID of its own, and is sent until it is accepted; the others are sent once. */
    private void sendAll(String ledger, String from, RandomGenerator random, int gap) {
        Client client = new Client(fleet, random);
        for (int number = 1; number <= EVENTS; number++) {
            Entry entry = new Entry(from, number, null);
            if (number % 5 == 0) {
                Reply reply = client.send("POST", raise(ledger), entry);
                sent.add(new Sent(ledger, from, number, reply.code() == 202));
            } else {
                client.insist(Set.of(202), "POST", raise(ledger) + "?eventId=" + from + "-" + number, entry);
                sent.add(new Sent(ledger, from, number, true));
            }
            Pace.pause(Duration.ofMillis(random.nextInt(gap)));
        }
    }

    private static String raise(String ledger) {
        return "/api/instances/" + ledger + "/raiseEvent/" + Duties.ENTRY;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
