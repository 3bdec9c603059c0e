package dev.soliton.bench;

import dev.soliton.azure.StorageAccount;
import dev.soliton.bench.Callers.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How fast Soliton is beside the calls to the storage that it makes: its client and its engine, against a bare loop of the
 * same calls by the same clients, in turn, each round on a hub of its own.
 *
 * <p>Callers wait for what they asked for. What a message asks for is done by whoever of them takes it, so that the queue
 * is in it and its polling is not.
 */
final class FloorBenchmark {
    private static final List<Integer> CALLERS = List.of(1, 8, 32);
    private static final int PAIRS = 6;
    private static final int COUNTED = 8;
    private static final int MAX_FAILURES = 3;
    private static final String TAKEN = "taken";

    private final BenchStorage storage;
    private final Scale scale;
    private final Report report;
    private final List<List<String>> speeds = new ArrayList<>();
    private final List<List<String>> sizes = new ArrayList<>();
    private int repeated;

    FloorBenchmark(BenchStorage storage, Scale scale, Report report) {
        this.storage = storage;
        this.scale = scale;
        this.report = report;
    }

    /** What is compared. */
    private enum Operation {
        START("start of a fresh ID", SolitonSide.HELLO, 384),
        DUPLICATE("start of an ID that is taken", SolitonSide.HELLO, 960),
        STATUS("status", SolitonSide.HELLO, 960),
        COMPLETION("start to completion, 5 activities", SolitonSide.HELLO, 96),
        EVENT("event to a waiting instance, taken in", SolitonSide.ACTOR, 192);

        final String title;
        final String orchestrator;
        final int timesInARound;

        Operation(String title, String orchestrator, int timesInARound) {
            this.title = title;
            this.orchestrator = orchestrator;
            this.timesInARound = timesInARound;
        }
    }

    /**
     * A side, and what its callers wait for. A message can be received before what it is about is there. Then it is held
     * until that is so, since the two sides would not make the same calls otherwise.
     */
    private record Contender(Side side, Map<String, Semaphore> sent, Map<String, Semaphore> done) {
        Contender(Side side) {
            this(side, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }

        void once(Operation operation, int caller, int time) throws InterruptedException {
            switch (operation) {
                case START -> side.start(caller + "-" + time);
                case DUPLICATE -> side.startAgain(TAKEN);
                case STATUS -> side.status(TAKEN);
                case COMPLETION -> {
                    side.start(caller + "-" + time);
                    handleOneAndWaitFor(caller + "-" + time);
                }
                case EVENT -> {
                    side.raise(actor(caller));
                    handleOneAndWaitFor(actor(caller));
                }
            }
        }

        /** There is a message, if not this caller's: then another caller does what this one waits for. */
        private void handleOneAndWaitFor(String instanceId) throws InterruptedException {
            of(sent, instanceId).release();
            Side.Taken message = side.take();
            of(sent, message.instanceId()).acquire();
            side.handle(message);
            of(done, message.instanceId()).release();
            of(done, instanceId).acquire();
        }

        private static Semaphore of(Map<String, Semaphore> all, String instanceId) {
            return all.computeIfAbsent(instanceId, id -> new Semaphore(0));
        }
    }

    private static String actor(int caller) {
        return "actor-" + caller;
    }

    void run() {
        report.heading("Against the floor");
        for (Operation operation : Operation.values()) {
            sizes.add(compareCalls(operation));
            try (Callers callers = new Callers(8)) {
                round(operation, callers, true, 8); // to warm up
                round(operation, callers, false, 8);
            }
            for (int count : CALLERS) {
                compare(operation, count);
            }
        }
        report.table(
                List.of(
                        "",
                        "callers",
                        "per second",
                        "floor",
                        "ratio",
                        "median ms",
                        "floor",
                        "ratio",
                        "p99 ms",
                        "floor"),
                speeds);
        if (repeated > 0) {
            report.text("Rounds that were held again, since the emulator did not answer: " + repeated + ".");
        }
        report.text("What is sent for each, measured on the wire:");
        report.table(List.of("", "requests", "floor", "bytes", "floor"), sizes);
    }

    /** Requests and bytes of both, which have to be alike: otherwise they are not comparable. */
    private List<String> compareCalls(Operation operation) {
        Traffic.Sent soliton = sent(operation, true);
        Traffic.Sent bare = sent(operation, false);
        if (soliton.requests() != bare.requests()) {
            throw new IllegalStateException(
                    operation + " is " + soliton.requests() + " requests, and the floor is " + bare.requests() + ".");
        }
        report.add(Figure.of(operation.title, 1, "transactions", soliton.requests(), bare.requests()));
        report.add(Figure.of(operation.title, 1, "bytes sent", soliton.bytes(), bare.bytes()));
        return List.of(
                operation.title,
                Numbers.show(soliton.requests()),
                Numbers.show(bare.requests()),
                Numbers.show(soliton.bytes()),
                Numbers.show(bare.bytes()));
    }

    private Traffic.Sent sent(Operation operation, boolean isSoliton) {
        Traffic traffic = new Traffic();
        String hub = storage.freshHub();
        prepare(hub, operation, 1);
        try (Side side = side(storage.through(traffic), hub, operation, isSoliton, 1)) {
            Contender contender = new Contender(side);
            traffic.settle(1);
            for (int time = 0; time < COUNTED; time++) {
                contender.once(operation, 0, time);
            }
            return traffic.settle(COUNTED);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private void compare(Operation operation, int callers) {
        int times = Math.max(1, scale.of(operation.timesInARound) / callers);
        Histogram soliton = new Histogram(3);
        Histogram bare = new Histogram(3);
        List<Double> solitonSpeeds = new ArrayList<>();
        List<Double> bareSpeeds = new ArrayList<>();
        for (int pair = 0; pair < PAIRS; pair++) {
            boolean solitonFirst = pair % 2 == 0;
            Round first = patientRound(operation, callers, solitonFirst, times);
            Round second = patientRound(operation, callers, !solitonFirst, times);
            Round ofSoliton = solitonFirst ? first : second;
            Round ofBare = solitonFirst ? second : first;
            soliton.add(ofSoliton.micros());
            bare.add(ofBare.micros());
            solitonSpeeds.add(ofSoliton.perSecond());
            bareSpeeds.add(ofBare.perSecond());
        }
        Figure speed = Figure.of(
                operation.title, callers, "throughput", Numbers.median(solitonSpeeds), Numbers.median(bareSpeeds));
        Figure middle = latency(operation, callers, 50, soliton, bare);
        Figure worst = latency(operation, callers, 99, soliton, bare);
        List.of(speed, middle, worst).forEach(report::add);
        List<String> row = List.of(
                operation.title,
                String.valueOf(callers),
                Numbers.show(speed.value()),
                shown(speed.floor()),
                shown(speed.ratio()),
                Numbers.show(middle.value()),
                shown(middle.floor()),
                shown(middle.ratio()),
                Numbers.show(worst.value()),
                shown(worst.floor()));
        System.err.println(String.join("  ", row)); // for those who wait
        speeds.add(row);
    }

    private static String shown(@Nullable Double number) {
        return number == null ? "" : Numbers.show(number);
    }

    private static Figure latency(Operation operation, int callers, int percentile, Histogram soliton, Histogram bare) {
        return Figure.of(
                operation.title,
                callers,
                "p" + percentile,
                soliton.getValueAtPercentile(percentile) / 1e3,
                bare.getValueAtPercentile(percentile) / 1e3);
    }

    /** A round; one in which the emulator left a request without an answer, which it does at times, is held again. */
    private Round patientRound(Operation operation, int callers, boolean isSoliton, int times) {
        for (int failures = 0; ; failures++) {
            try (Callers fresh = new Callers(callers)) {
                return round(operation, fresh, isSoliton, times);
            } catch (RuntimeException failed) {
                if (failures == MAX_FAILURES) {
                    throw failed;
                }
                repeated++;
                System.err.println("A round is held again: " + failed);
            }
        }
    }

    private Round round(Operation operation, Callers callers, boolean isSoliton, int times) {
        String hub = storage.freshHub();
        prepare(hub, operation, callers.count());
        try (Side side = side(storage.account(), hub, operation, isSoliton, callers.count())) {
            Contender contender = new Contender(side);
            return callers.run(times, (caller, time) -> contender.once(operation, caller, time));
        }
    }

    /** Makes tables, queues and the instances that have to be there; the same for both. */
    private void prepare(String hub, Operation operation, int callers) {
        try (SolitonSide preparing = new SolitonSide(storage.account(), hub, operation.orchestrator)) {
            preparing.start(TAKEN);
            preparing.handle(preparing.take());
            for (int caller = 0; operation == Operation.EVENT && caller < callers; caller++) {
                preparing.start(actor(caller));
                preparing.handle(preparing.take());
            }
        }
    }

    private static Side side(StorageAccount account, String hub, Operation operation, boolean isSoliton, int callers) {
        if (isSoliton) {
            SolitonSide side = new SolitonSide(account, hub, operation.orchestrator);
            side.start("first"); // to be a worker already
            side.handle(side.take());
            for (int caller = 0; operation == Operation.EVENT && caller < callers; caller++) {
                side.status(actor(caller));
            }
            return side;
        }
        BareSide side = new BareSide(account, hub);
        for (int caller = 0; operation == Operation.EVENT && caller < callers; caller++) {
            side.know(actor(caller));
        }
        return side;
    }
}
