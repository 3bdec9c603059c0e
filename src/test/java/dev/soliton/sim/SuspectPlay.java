package dev.soliton.sim;

import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.sim.Caller.NoAnswer;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payload;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Instances that end their processes, others that work for long beside them, and short ones that are started all the
 * time. The first are found guilty and nobody else, and the short ones are done within a moment wherever a process lives
 * for as long.
 */
final class SuspectPlay implements Story {
    /** How long new work is there. */
    private static final Duration LENGTH = Duration.ofMinutes(8);

    /** How long it takes until all have ended: those that end their processes do so 26 times at most. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** How long a short one may take. Time may jump by 3 s wherever somebody acts. */
    private static final Duration SHORT = Duration.ofSeconds(40);

    private final Set<String> killers = new TreeSet<>();
    private int callers;

    @Override
    public void begin(World world) {
        RandomGenerator random = world.chance();
        int processes = 1 + random.nextInt(2);
        for (int i = 1; i <= processes; i++) {
            world.startProcess("p" + i);
        }
        int guilty = 1 + random.nextInt(2);
        for (int i = 0; i < guilty; i++) {
            killers.add(App.KILLER + i);
            starter(world, App.KILLER + i, Duration.ofMillis(random.nextInt(20_000)), Duration.ofSeconds(30));
        }
        int lasting = 2 + random.nextInt(5);
        for (int i = 0; i < lasting; i++) {
            starter(
                    world,
                    "long" + i,
                    Duration.ofSeconds(20 + random.nextInt(100)),
                    random.nextBoolean() ? Duration.ofSeconds(30) : LENGTH);
        }
        begin(world, "prober", this::probe);
        world.scheduler().begin("closer", null, false, () -> close(world));
    }

    private interface Request {
        void run(World world, Caller caller) throws NoAnswer;
    }

    private void begin(World world, String name, Request request) {
        callers++;
        Caller caller = new Caller(world);
        world.scheduler().begin(name, null, false, () -> {
            try {
                request.run(world, caller);
            } catch (NoAnswer died) {
                world.trace().add(world.scheduler(), () -> name + " gives up: " + died.getMessage());
            }
            callers--;
        });
    }

    private void starter(World world, String id, Duration work, Duration within) {
        begin(world, "starter of " + id, (any, caller) -> {
            caller.idle(within);
            while (world.row(id) == null) {
                try {
                    start(caller, id, List.of(step(Program.Kind.ACTIVITY, (int) work.toMillis() + 1)));
                } catch (NoAnswer again) {
                    caller.idle(Duration.ofSeconds(2));
                }
            }
        });
    }

    /** Starts a short one now and then, and looks how long it takes. */
    private void probe(World world, Caller caller) {
        for (int i = 0; world.scheduler().now() < LENGTH.toNanos(); i++) {
            String id = "short" + i;
            caller.await(() -> !world.processes().isEmpty());
            Set<SimProcess> alive = new HashSet<>(world.processes());
            try {
                start(caller, id, List.of(step(Program.Kind.SHOW, 0)));
                long until = world.scheduler().now() + SHORT.toNanos();
                boolean ended = caller.awaitUntil(
                        () -> !world.isLive(id) || !alive.equals(Set.copyOf(world.processes())), until);
                if (!ended) {
                    world.scheduler().fail(id + " has not ended within " + SHORT, null);
                }
            } catch (NoAnswer died) {
                world.trace().add(world.scheduler(), () -> id + ": " + died.getMessage());
            }
            caller.idle(Duration.ofSeconds(30));
        }
    }

    private static Program.Step step(Program.Kind kind, int number) {
        return new Program.Step(kind, number, null, null);
    }

    private static void start(Caller caller, String id, List<Program.Step> steps) throws NoAnswer {
        String input = World.write(new Program(id, steps, List.of()));
        StartOutcome outcome = caller.ask(client -> client.start(new StartRequest(App.PROGRAM, id, input)));
        if (!(outcome instanceof StartOutcome.Started)) {
            throw new NoAnswer("it is there: " + outcome);
        }
    }

    private void close(World world) {
        Caller caller = new Caller(world);
        caller.await(() -> callers == 0);
        world.heal();
        long deadline = world.scheduler().now() + PATIENCE.toNanos();
        caller.awaitUntil(() -> world.oracle().instances().stream().noneMatch(world::isLive), deadline);
    }

    @Override
    public void check(World world) {
        for (String id : world.oracle().instances()) {
            InstanceRow row = world.row(id);
            if (row == null) {
                continue;
            }
            boolean guilty = row.status() == RuntimeStatus.FAILED
                    && row.values().output() instanceof Payload.Inline output
                    && output.json().contains("KilledWorkersException");
            if (killers.contains(id) ? !guilty : row.status() != RuntimeStatus.COMPLETED) {
                world.scheduler().fail(id + ": " + Words.of(row) + " " + row.ownership(), null);
            }
        }
    }
}
