package dev.soliton.sim;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.sim.App.Actor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Processes, instances and callers by chance. */
final class RandomPlot implements Plot {

    static Play play() {
        return new Play(new RandomPlot());
    }

    @Override
    public void cast(Play play, World world) {
        RandomGenerator random = world.chance();
        int processes = 1 + random.nextInt(3);
        for (int i = 1; i <= processes; i++) {
            world.startProcess("p" + i);
        }
        int actorCount = world.has(Ability.RETENTION) ? 0 : random.nextInt(3);
        int jobCount = actorCount == 0 ? 1 + random.nextInt(3) : random.nextInt(3);
        List<String> actors = new ArrayList<>();
        for (int i = 0; i < actorCount; i++) {
            String id = "actor" + i;
            actors.add(id);
            boolean breaks = random.nextInt(4) == 0;
            Actor actor = new Actor(
                    "",
                    List.of(),
                    1 + random.nextInt(4),
                    breaks || random.nextBoolean(),
                    breaks ? 1 + random.nextInt(4) : 0);
            play.actor(world, id, actor, 1 + random.nextInt(3), 1 + random.nextInt(3));
            operate(play, world, id, random);
            if (breaks) {
                rewind(play, world, id, random);
            }
            if (world.has(Ability.FLOODS)) {
                play.flooder(world, id);
            }
        }
        for (int i = 0; i < jobCount; i++) {
            String id = "job" + i;
            Program whole = program(world, random, id, actors);
            Program program = random.nextInt(3) == 0 ? whole.broken(random) : whole;
            play.job(world, id, program, 1 + random.nextInt(3));
            operate(play, world, id, random);
            if (random.nextInt(2) == 0) {
                play.asker(world, id, 1 + random.nextInt(3), policies(random));
            }
            if (random.nextInt(3) == 0) {
                play.asker(world, id, 1 + random.nextInt(3), policies(random));
            }
            if (random.nextInt(6) == 0) {
                play.purger(world, id, 1 + random.nextInt(3));
            }
            // Started again, it would send the same letters.
            if (actors.isEmpty() && random.nextInt(4) == 0) {
                play.restarter(world, id);
            }
            if (program.hasChildren() && random.nextInt(4) == 0) {
                play.terminator(world, id, Duration.ofSeconds(random.nextBoolean() ? 3 : 40), true);
            }
            if (program.hasRace()) {
                play.racer(world, id);
            }
            if (program.breaks()) {
                rewind(play, world, id, random);
                if (random.nextInt(3) == 0) {
                    play.rewinder(world, id + "-child", 1);
                }
            }
        }
        if (random.nextInt(4) == 0) {
            play.deployer(world);
        }
        if (random.nextInt(4) == 0) {
            play.readInboxInPartsOf(world, 1 + random.nextInt(3));
        }
    }

    private static Program program(World world, RandomGenerator random, String id, List<String> actors) {
        Program program = Program.random(random, id, actors, 0);
        return world.has(Ability.LEFT_CHILDREN) ? program.leaving(random, id).leaving(random, id) : program;
    }

    private static void operate(Play play, World world, String id, RandomGenerator random) {
        if (random.nextInt(3) == 0) {
            play.operator(world, id);
        }
    }

    private static void rewind(Play play, World world, String id, RandomGenerator random) {
        int rewinders = 1 + random.nextInt(2);
        for (int i = 0; i < rewinders; i++) {
            play.rewinder(world, id, 1 + random.nextInt(3));
        }
    }

    private static ConflictPolicy[] policies(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> new ConflictPolicy[] {ConflictPolicy.RUN_AFTER};
            case 1 -> new ConflictPolicy[] {ConflictPolicy.RUN_AFTER, ConflictPolicy.TERMINATE_EXISTING};
            default -> ConflictPolicy.values();
        };
    }
}
