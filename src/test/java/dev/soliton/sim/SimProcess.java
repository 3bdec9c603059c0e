package dev.soliton.sim;

import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.Retention;
import dev.soliton.engine.Engine;
import dev.soliton.engine.PoisonDrain;
import dev.soliton.engine.journal.WriteLimits;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.SharingLimits;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.engine.worker.Sweeper;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.SolitonException;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.logging.Logger;

/**
 * A process of the app: the engine and the client as they are, and a host that receives messages for the engine. It can
 * stand still, and it can die; then nothing of it happens any more, but what it sent before may still arrive.
 */
final class SimProcess {
    private static final Duration FUNCTION_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(130);

    /** How long instances stay that have ended, where they are purged by their age. */
    private static final Duration RETENTION = Duration.ofSeconds(30);

    /** How far a clock is set ahead or back, at most. */
    private static final int LONGEST_JUMP = 20 * 60;

    private static final WriteLimits SMALL_WRITES = new WriteLimits(150, 3, 90, 4);
    private static final int MAX_EVENTS = 10_000;
    private static final int MAX_JSON = 1 << 20;

    /** How often the Sweeper runs, by its schedule. */
    private static final Duration SWEEPING = Duration.ofSeconds(20);

    /** How often a host that does not have a timer's lock looks whether it is free, as host.json has it. */
    private static final Duration LOCK_POLLING = Duration.ofSeconds(15);

    private static final Duration SWEEP_PATIENCE = FUNCTION_TIMEOUT.dividedBy(5);

    /** What its renewals run on, and little else. */
    private static final String HOUSEKEEPING = "housekeeping";

    private static final Duration STOPPING = Duration.ofSeconds(20);

    private final World world;
    private final Scheduler scheduler;
    private final String name;
    private final Traits traits;
    private final Host host;
    private final Engine engine;
    private final OrchestrationClient client;
    private final Sweeper sweeper;
    private final Retention retention;
    private final PoisonDrain poison;
    private final Logger logger;
    private final InstanceLog log;
    private final Renewals.Waits waits = new Renewals.Waits();
    private int ids;
    private boolean dead;
    private boolean stopping;
    private long pausedAt;
    private long pausedUntil = -Duration.ofMinutes(1).toNanos();
    private long diedAt;
    private Duration asleep = Duration.ZERO;
    private boolean monotonicSleeps;
    private Duration clockMoved = Duration.ZERO;
    private long lostHostAt = Scheduler.NEVER;
    private Duration jumped = Duration.ZERO;

    SimProcess(World world, String name, Traits traits) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.name = name;
        this.traits = traits;
        this.host = new Host(world, this);
        InstantSource clock = this::time;
        Supplier<String> names = () -> name + "-" + ++ids;
        TimeAndIds timeAndIds = new TimeAndIds(clock, names, world.bug().waits(new SimWaits(scheduler, this)));
        Registry registry = new App(world, this).registry(traits.build());
        PayloadStore texts = world.bug().texts(new SimPayloads(this, world.wire(), world.texts()), world);
        Storage wired = new Storage(
                world.bug().table(new SimTable(this, world.wire(), world.table(), world.oracle()), world),
                world.bug().queue(new SimQueue(this, world.wire(), world.queue(), world.oracle()), world),
                new Payloads(
                        texts,
                        names,
                        world.has(Ability.BLOBS) ? Values.INLINE_LIMIT : Payloads.INLINE_LIMIT,
                        MAX_JSON));
        SimWorkers records = new SimWorkers(this, world.wire(), world.workers(), world.vanished(), world.renewals());
        WorkerStore workers = world.bug().workers(records, world);
        EngineExecutors executors = new EngineExecutors(
                registry,
                SimExecutor.waiting(scheduler, this, "activity", traits.activityThreads()),
                SimExecutor.rejecting(scheduler, this, "child", traits.childThreads()),
                SimExecutor.daemons(scheduler, this, HOUSEKEEPING),
                Runnable::run,
                SimExecutor.waiting(scheduler, this, "turn", Integer.MAX_VALUE));
        EngineLimits limits = world.bug()
                .limits(new EngineLimits(
                        MAX_EVENTS,
                        EngineLimits.DEFAULT_LEASE,
                        functionTimeout(),
                        traits.sharing(),
                        world.has(Ability.SPLITS) ? SMALL_WRITES : WriteLimits.OF_THE_STORAGE,
                        Duration.ofDays(7)));
        this.logger = world.logger(this);
        this.log = new InstanceLog(logger);
        InstanceCatalog catalog = new SimCatalog(this, world.wire(), new InMemoryInstanceCatalog(world.table()));
        this.client = new OrchestrationClient(wired, catalog, registry, clock, names, timeAndIds.waits());
        this.engine = new Engine(wired, workers, executors, timeAndIds, limits);
        this.retention = new Retention(wired, catalog, clock, timeAndIds.waits(), RETENTION);
        this.sweeper =
                new Sweeper(wired, workers, new SimScan(this, world.wire(), world.scan()), timeAndIds, SWEEP_PATIENCE);
        this.poison = new PoisonDrain(wired, texts, timeAndIds);
    }

    /**
     * What tells one process from another.
     *
     * @param skew by how much its clock is ahead of the storage's
     * @param activityThreads how many activities it runs at a time
     * @param childThreads how many sub-orchestrations it runs in the process of their parent
     * @param sleepy whether its machine is what stands still when it does, so that one of its clocks stands still, too
     * @param build which build of the app it is of
     * @param sharing how many turns keep their messages, and how many go on without
     */
    record Traits(
            Duration skew, int activityThreads, int childThreads, boolean sleepy, Build build, SharingLimits sharing) {}

    /** When its host ends it for an invocation that has not come to its end. */
    Duration functionTimeout() {
        return world.has(Ability.SHORT_TIMEOUT) ? SHORT_TIMEOUT : FUNCTION_TIMEOUT;
    }

    Build build() {
        return traits.build();
    }

    String name() {
        return name;
    }

    World world() {
        return world;
    }

    OrchestrationClient client() {
        return client;
    }

    /** Whether an ID was made here. */
    boolean made(String id) {
        return id.startsWith(name + "-");
    }

    /** The time by its clock. */
    Instant time() {
        return scheduler.instant().plus(traits.skew()).plus(clockMoved).plus(jumped);
    }

    /** By how much its clock was set, ahead or back. */
    Duration jumped() {
        return jumped;
    }

    /** The time by a clock that nobody sets, and that may stand still while the machine sleeps. */
    Duration elapsed() {
        return world.bug().elapsed(this, Duration.ofNanos(scheduler.now()).minus(asleep));
    }

    /** Begins to receive messages, and to sweep when it gets the lock for that. */
    void start() {
        scheduler.begin(name + ".host", this, true, host::run);
        scheduler.begin(name + ".sweeper", this, true, this::sweep);
        if (world.has(Ability.JUMPING_CLOCKS) && !world.faults().isStopped()) {
            scheduler.in(Duration.ofMillis(world.choice(120_000)), this::setClock);
        }
        if (world.has(Ability.LOST_HOSTS) && !world.faults().isStopped() && world.choice(2) == 0) {
            scheduler.in(Duration.ofMillis(world.choice(90_000)), this::loseHost);
        }
    }

    private void sweep() {
        while (hasHost() && !world.timerLock().tryTake(this)) {
            scheduler.sleep(LOCK_POLLING);
        }
        while (!stopping && hasHost()) {
            scheduler.sleep(SWEEPING);
            if (!hasHost()) {
                return;
            }
            try {
                sweeper.sweep(logger);
                if (world.has(Ability.RETENTION) && sweeper.isIdle()) {
                    retention.purgeSome(logger);
                }
            } catch (SolitonException | IllegalStateException failed) {
                // The host calls again.
                world.trace().add(scheduler, () -> name + " does not get to sweep: " + failed.getMessage());
            }
        }
    }

    /** Does what a message asks for. */
    TurnOutcome process(WorkMessage message) {
        world.bug().given(world);
        return engine.process(message, log);
    }

    /** Sees to a message that the host has given up on. */
    void drain(WorkMessage message, String id) {
        poison.drain(WorkMessageJson.write(message), id, log);
    }

    /**
     * Ends the process in order: the host receives no more, the engine leaves its work to others, and then it is dead.
     */
    void stop() {
        if (stopping || dead) {
            return;
        }
        stopping = true;
        world.disturbed();
        world.trace().add(scheduler, () -> name + " is told to stop");
        scheduler.begin(name + ".stop", this, false, () -> {
            host.giveAll();
            world.bug().stop(engine, STOPPING);
            crash();
        });
    }

    /** Its host goes, and it works on for a while, without anybody to hear from or to answer. */
    void loseHost() {
        if (dead || stopping || lostHostAt < Scheduler.NEVER || world.faults().isStopped()) {
            return;
        }
        lostHostAt = scheduler.now();
        world.disturbed();
        world.trace().add(scheduler, name + " LOSES ITS HOST");
        world.lostHost(this);
        scheduler.in(Duration.ofMillis(5_000 + world.choice(300_000)), this::crash);
    }

    /** Whether there is a host to which it can give an answer. */
    boolean hasHost() {
        return lostHostAt == Scheduler.NEVER;
    }

    /** A line is logged: where the host is gone, and elsewhere now and then, that takes long and fails. */
    void logs() {
        boolean hangs = !hasHost()
                || (world.has(Ability.HANGING_LOGS) && !world.faults().isStopped() && world.choice(25) == 0);
        if (hangs) {
            if (world.choice(3) > 0) {
                scheduler.sleep(Duration.ofMillis(world.choice(15_000)));
            }
            if (!hasHost() || world.choice(2) == 0) {
                throw new IllegalStateException("simulated: the line cannot be logged");
            }
        }
    }

    /** Whether its host has received something, or is about to, that it does not know of. */
    boolean isToBeGivenMore() {
        return host.hasMore();
    }

    boolean isStopping() {
        return stopping;
    }

    /** It dies here and now. */
    void crash() {
        if (!dead) {
            dead = true;
            diedAt = scheduler.now();
            world.trace().add(scheduler, name + " DIES");
            world.crashed(this);
        }
    }

    boolean isDead() {
        return dead;
    }

    /** None of its strands goes on before that time has passed; one of its clocks does at least. */
    void pauseFor(Duration time) {
        goOn();
        pausedAt = scheduler.now();
        pausedUntil = pausedAt + time.toNanos();
        if (traits.sleepy()) {
            monotonicSleeps = world.choice(2) == 0;
            moveSleepingClock(time.negated());
        }
        world.trace().add(scheduler, name + " STANDS STILL for " + time);
    }

    private void moveSleepingClock(Duration time) {
        if (monotonicSleeps) {
            asleep = asleep.minus(time);
        } else {
            clockMoved = clockMoved.plus(time);
        }
    }

    /** Somebody sets its clock, ahead or back. */
    private void setClock() {
        boolean asleep = monotonicSleeps && pausedUntil > scheduler.now();
        // Who sleeps while one clock stands still and the other is set back cannot know how long it slept.
        if (!dead && !asleep && !world.faults().isStopped()) {
            world.disturbed();
            jumped = Duration.ofSeconds(world.choice(2 * LONGEST_JUMP) - LONGEST_JUMP);
            world.clockIsSet(jumped);
            world.trace().add(scheduler, name + " has its clock set by " + jumped);
        }
    }

    /** Nothing goes wrong with it any more. */
    void heal() {
        jumped = Duration.ZERO;
        goOn();
        if (!hasHost()) {
            crash();
        }
        if (build() != Build.NEWEST) {
            stop();
        }
    }

    /** Ends a standstill before its time. */
    void goOn() {
        long left = pausedUntil - scheduler.now();
        if (left > 0) {
            pausedUntil = scheduler.now();
            if (traits.sleepy()) {
                // It did not sleep for so long: no clock goes back.
                moveSleepingClock(Duration.ofNanos(left));
            }
        }
    }

    /** Time jumps although one of its strands could go on. */
    void passedOver(Strand strand, long from, long until) {
        if (strand.name.startsWith(HOUSEKEEPING, name.length() + 1)) {
            waits.add(from, until);
        }
    }

    /** When its renewals could go on, and did not. */
    Renewals.Waits waits() {
        return waits;
    }

    /** When its host last did anything by itself. */
    long lastActive() {
        if (!hasHost()) {
            return lostHostAt;
        }
        if (dead) {
            return diedAt;
        }
        return pausedUntil > scheduler.now() ? pausedAt : scheduler.now();
    }

    long pausedUntil() {
        return pausedUntil;
    }

    @Override
    public String toString() {
        return name;
    }
}
