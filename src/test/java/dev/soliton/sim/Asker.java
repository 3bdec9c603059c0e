package dev.soliton.sim;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.ReusePolicy;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.sim.Caller.NoAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Somebody who asks for runs of a job again and again, by policies that let it run more than once. */
final class Asker {
    static final String KEY = "!";
    private static final int ATTEMPTS = 4;

    private final World world;
    private final Caller caller;
    private final String id;
    private final String name;
    private final Program program;
    private final List<ConflictPolicy> policies;
    private final List<Repeatable> repeatables = new ArrayList<>();

    /** A request under a key, and what it was told. */
    private record Repeatable(String token, StartRequest request, StartOutcome told, long askedAt) {}

    /**
     * Makes an asker.
     *
     * @param policies what it asks for where the job has not ended, as chance has it
     */
    Asker(World world, Caller caller, String id, String name, Program program, List<ConflictPolicy> policies) {
        this.world = world;
        this.caller = caller;
        this.id = id;
        this.name = name;
        this.program = program;
        this.policies = policies;
    }

    /** Whether a start of that token has a key. */
    static boolean hasKey(String token) {
        return token.endsWith(KEY);
    }

    void ask(int times) {
        for (int time = 0; time < times; time++) {
            ConflictPolicy policy = policies.get(caller.random().nextInt(policies.size()));
            ask(name + "-" + time, policy);
            caller.idle(Duration.ofSeconds(10));
            repeat();
        }
        repeat();
    }

    private void ask(String about, ConflictPolicy policy) {
        boolean keyed = caller.random().nextBoolean();
        StartOptions options = options(policy);
        long askedAt = world.scheduler().now();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String token = about + (keyed ? KEY : "." + attempt);
            StartRequest request = new StartRequest(
                    App.PROGRAM,
                    id,
                    World.write(program.named(token)),
                    keyed ? options.withIdempotencyKey(token) : options);
            try {
                StartOutcome outcome = caller.ask(client -> client.start(request));
                world.trace().add(world.scheduler(), () -> "TOLD " + token + ": " + outcome);
                world.oracle().told(token, outcome, askedAt);
                if (keyed && outcome instanceof StartOutcome.Accepted) {
                    repeatables.add(new Repeatable(token, request, outcome, askedAt));
                }
                return;
            } catch (NoAnswer unknown) {
                world.trace().add(world.scheduler(), () -> "TOLD " + token + ": nothing, " + unknown.getMessage());
                caller.idle(Duration.ofSeconds(2));
            }
        }
    }

    private StartOptions options(ConflictPolicy policy) {
        RandomGenerator random = caller.random();
        StartOptions options = StartOptions.DEFAULT.withConflict(policy);
        if (policy == ConflictPolicy.FAIL || policy == ConflictPolicy.USE_EXISTING) {
            options = options.withReuse(
                    random.nextInt(3) == 0 ? ReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY : ReusePolicy.ALLOW_DUPLICATE);
        }
        if (program.breaks() && random.nextInt(4) == 0) {
            options = options.withReuse(ReusePolicy.REJECT_DUPLICATE);
        }
        return random.nextInt(4) == 0
                ? options.withStartAt(world.scheduler().instant().plusMillis(random.nextInt(30_000)))
                : options;
    }

    /** Who repeats a start under its key is told the same. */
    private void repeat() {
        for (Repeatable one : repeatables) {
            if (caller.random().nextInt(3) > 0) {
                continue;
            }
            try {
                StartOutcome again = caller.ask(client -> client.start(one.request()));
                if (again instanceof StartOutcome.UnknownOrchestrator) {
                    continue;
                }
                if (!again.equals(one.told())) {
                    world.scheduler()
                            .fail("the start '" + one.token() + "' was told " + one.told() + ", then " + again, null);
                }
            } catch (NoAnswer unknown) {
                // It may ask once more.
            }
        }
    }
}
