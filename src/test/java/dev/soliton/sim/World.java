package dev.soliton.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.soliton.engine.runtime.SharingLimits;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryStuckScan;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All that is simulated under one seed: the storage, the processes, and the time that they share. */
final class World {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Logger SILENT = silent();

    /** As host.json has it. */
    private static final int MAX_DEQUEUE_COUNT = 20;

    private final SplittableRandom seeds;
    private final RandomGenerator random;
    private final Trace trace;
    private final Scheduler scheduler;
    private final Faults faults;
    private final Wire wire;
    private final InMemoryInstanceStore table;
    private final InMemoryWorkQueue queue;
    private final InMemoryPayloadStore texts = new InMemoryPayloadStore();
    private final InMemoryWorkerStore workers;
    private final Set<String> vanished = new TreeSet<>();
    private final Renewals renewals = new Renewals();
    private final InMemoryStuckScan scan;
    private final TimerLock timerLock;
    private final Oracle oracle;
    private final PlantedBug bug;
    private final Set<Ability> abilities;
    private final Values values;
    private final int maxDequeueCount;
    private final List<SimProcess> processes = new ArrayList<>();
    private Duration furthestBehind = Duration.ZERO;
    private boolean disturbed;
    private final Map<String, Integer> restarts = new HashMap<>();

    /**
     * What a run is made of, beside its seed.
     *
     * @param bug what stands between the processes and the storage
     * @param rules faults at certain calls
     * @param randomly whether there are faults by chance, too
     * @param abilities what makes the world larger; null for some by chance
     */
    record Setup(PlantedBug bug, List<Rule> rules, boolean randomly, @Nullable Set<Ability> abilities) {
        /** The simplest world. */
        Setup(PlantedBug bug, List<Rule> rules, boolean randomly) {
            this(bug, rules, randomly, Set.of());
        }

        static final Setup RANDOM = new Setup(PlantedBug.NONE, List.of(), true, null);

        static Setup of(PlantedBug bug) {
            return new Setup(bug, bug.rules(), true, bug.abilities());
        }

        /** Faults at certain calls, and none by chance. */
        static Setup of(List<Rule> rules, Set<Ability> abilities) {
            return new Setup(PlantedBug.NONE, rules, false, abilities);
        }
    }

    World(long seed, Setup setup, SimThread.Pool threads, Trace trace) {
        this.seeds = new SplittableRandom(seed);
        this.random = seeds.split();
        this.trace = trace;
        this.scheduler = new Scheduler(seeds.split(), threads, trace);
        this.faults = new Faults(scheduler, seeds.split(), setup.rules(), setup.randomly());
        this.wire = new Wire(scheduler, faults, trace);
        this.table = new InMemoryInstanceStore(scheduler::instant);
        this.queue = new InMemoryWorkQueue(scheduler::instant);
        this.workers = new InMemoryWorkerStore(scheduler::instant);
        this.scan = new InMemoryStuckScan(table);
        this.timerLock = new TimerLock(scheduler);
        this.bug = setup.bug();
        Set<Ability> some = Ability.some(seeds.split());
        this.abilities = setup.abilities() == null ? some : setup.abilities();
        this.values = new Values(this);
        this.oracle = new Oracle(this);
        this.maxDequeueCount = random.nextInt(4) == 0 ? 2 : MAX_DEQUEUE_COUNT;
        scheduler.watch(() -> queue.messages().isEmpty(), this::nextMessage);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Trace trace() {
        return trace;
    }

    Faults faults() {
        return faults;
    }

    Wire wire() {
        return wire;
    }

    InMemoryInstanceStore table() {
        return table;
    }

    InMemoryWorkQueue queue() {
        return queue;
    }

    InMemoryPayloadStore texts() {
        return texts;
    }

    InMemoryWorkerStore workers() {
        return workers;
    }

    /** The names of all workers that were found to be dead. */
    Set<String> vanished() {
        return vanished;
    }

    /** When each worker last renewed its lease, and what time its process got for that since. */
    Renewals renewals() {
        return renewals;
    }

    InMemoryStuckScan scan() {
        return scan;
    }

    TimerLock timerLock() {
        return timerLock;
    }

    Oracle oracle() {
        return oracle;
    }

    Set<Ability> abilities() {
        return abilities;
    }

    boolean has(Ability ability) {
        return abilities.contains(ability);
    }

    /** What rows refer to. */
    Values values() {
        return values;
    }

    PlantedBug bug() {
        return bug;
    }

    /** A source of chance for a part of the run. */
    RandomGenerator chance() {
        return seeds.split();
    }

    /** How often the hosts deliver a message before they give it up. */
    int maxDequeueCount() {
        return maxDequeueCount;
    }

    int choice(int count) {
        return count == 1 ? 0 : random.nextInt(count);
    }

    boolean hasVisibleMessage() {
        return nextMessage() <= scheduler.now();
    }

    /** When the next message can be received. */
    private long nextMessage() {
        Instant next = queue.nextVisibleAt().orElse(null);
        return next == null ? Scheduler.NEVER : Scheduler.timeOf(next);
    }

    Logger logger(SimProcess process) {
        if (!trace.isKept() && !has(Ability.HANGING_LOGS) && !has(Ability.LOST_HOSTS)) {
            return SILENT;
        }
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                trace.add(scheduler, () -> process + " log: " + new SimpleFormatter().formatMessage(line));
                process.logs();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return logger;
    }

    // Processes

    /** Starts a process of that name; one that was there before has died. */
    void startProcess(String name) {
        int earlier = restarts.merge(name, 1, Integer::sum) - 1;
        boolean inStep = random.nextInt(3) > 0;
        SimProcess.Traits traits = new SimProcess.Traits(
                inStep ? Duration.ZERO : Duration.ofMillis(random.nextInt(-4_000, 4_000)),
                random.nextBoolean() ? 16 : 1 + random.nextInt(3),
                new int[] {0, 1, 16, 16}[random.nextInt(4)],
                random.nextBoolean(),
                build(),
                sharing());
        SimProcess process = new SimProcess(this, earlier == 0 ? name : name + "r" + earlier, traits);
        processes.add(process);
        trace.add(scheduler, () -> process + " starts, " + traits);
        process.start();
    }

    private Build build() {
        if (faults.isStopped() || random.nextBoolean()) {
            return Build.NEWEST;
        }
        if (has(Ability.OLDER_JOURNALS)) {
            return Build.WITHOUT_AN_EVENT;
        }
        if (has(Ability.CHANGED_CODE)) {
            return random.nextBoolean() ? Build.BEFORE_THE_CHANGE : Build.DIVERGING;
        }
        return !has(Ability.MISSING_ORCHESTRATORS)
                ? Build.NEWEST
                : random.nextBoolean() ? Build.WITHOUT_PROGRAM : Build.WITHOUT_ACTOR;
    }

    private SharingLimits sharing() {
        SharingLimits real = SharingLimits.DEFAULT;
        int kept = new int[] {0, 1, real.kept()}[random.nextInt(3)];
        return new SharingLimits(real.hold(), real.rest(), real.patience(), kept, 1 + random.nextInt(4));
    }

    /** A process has died; after a while there is another in its place. */
    void crashed(SimProcess process) {
        processes.remove(process);
        oracle.crashed(process);
        disturbed();
        if (!process.hasHost()) {
            return;
        }
        String name = process.name().replaceFirst("r\\d+$", "");
        if (faults.isStopped()) {
            startProcess(name);
        } else {
            scheduler.in(faults.restart(), () -> startProcess(name));
        }
    }

    /** A process has lost its host; after a while there is another beside it. */
    void lostHost(SimProcess process) {
        String name = process.name().replaceFirst("r\\d+$", "");
        scheduler.in(faults.restart(), () -> startProcess(name));
    }

    /** Those that can be called. */
    List<SimProcess> reachable() {
        return processes.stream().filter(SimProcess::hasHost).toList();
    }

    /** Whether one can be called. */
    boolean isReachable() {
        for (SimProcess process : processes) {
            if (process.hasHost()) {
                return true;
            }
        }
        return false;
    }

    /** The processes that are not dead. */
    List<SimProcess> processes() {
        return processes;
    }

    /** From now on nothing goes wrong, and nobody stands still. */
    void heal() {
        trace.add(scheduler, "NO MORE FAULTS");
        faults.stop();
        List.copyOf(processes).forEach(SimProcess::heal);
    }

    /** The clock of a process is set, ahead or back. */
    void clockIsSet(Duration by) {
        furthestBehind = by.negated().compareTo(furthestBehind) > 0 ? by.negated() : furthestBehind;
    }

    /** How far a clock was behind at most: so much later a timer may fire whose message its process has sent on. */
    Duration furthestBehind() {
        return furthestBehind;
    }

    /** Something is done to a process that may cost it what it has under way, though nothing went wrong. */
    void disturbed() {
        disturbed = true;
    }

    /** Whether nothing went wrong up to now, and nobody was disturbed. */
    boolean isQuiet() {
        return !disturbed && faults.injected() == 0;
    }

    // Instances

    /** The row of an instance; null for none. */
    @Nullable
    InstanceRow row(String instanceId) {
        return table.findRow(instanceId).map(Versioned::row).orElse(null);
    }

    /** Whether an instance is there and has not come to its end. */
    boolean isLive(String instanceId) {
        InstanceRow row = row(instanceId);
        return row != null && (!row.status().isTerminal() || row.ownership().owner() != null);
    }

    static JsonNode json(String text) {
        return read(text, JsonNode.class);
    }

    static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no " + type + ": " + text, e);
        }
    }

    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Logger silent() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setLevel(Level.OFF);
        return logger;
    }
}
