package dev.soliton.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What an orchestration is to do, and what it has done up to now. It is the input of the orchestrator that carries it out,
 * and its results can be told beforehand.
 *
 * @param token names the start that it belongs to
 * @param done the results of steps that were done by earlier generations
 */
record Program(String token, List<Step> steps, List<String> done) {

    /** What a step does. */
    enum Kind {
        /** An activity, and its result. */
        ACTIVITY,
        /** Several activities at once. */
        FAN,
        /** An activity that fails at first. */
        RETRY,
        /** An activity that fails until the job is rewound. */
        BROKEN,
        /** The same, and its failure is told once something else was done for it. */
        UNDONE,
        /** Several activities at once, of which one fails until the job is rewound. */
        BROKEN_FAN,
        TIMER,
        /** A sub-orchestration. */
        CHILD,
        /** A sub-orchestration that is not waited for; the rest is done by the next generation, after a while or at once. */
        LEAVE,
        /** A timer against an event, and then an activity or a child that depends on which was first. */
        RACE,
        /** An event to another instance. */
        SEND,
        /** Shows something. */
        SHOW,
        /** The rest is done by the next generation. */
        CONTINUE
    }

    /**
     * A step.
     *
     * @param number how long or how many
     * @param target the instance that it is about; null for a fresh one
     * @param child what a sub-orchestration is to do
     */
    record Step(Kind kind, int number, @Nullable String target, @Nullable Program child) {}

    /** The name of the event that a race waits for. */
    static final String RACE_EVENT = "go";

    Program named(String name) {
        return new Program(name, steps, done);
    }

    /** What it is to return; a star stands for what cannot be told. */
    List<String> expected() {
        List<String> results = new ArrayList<>(done);
        for (Step step : steps) {
            String label = token + "/" + results.size();
            results.add(
                    switch (step.kind()) {
                        case ACTIVITY, RETRY, BROKEN, UNDONE -> "did " + label;
                        case FAN, BROKEN_FAN -> "did " + label + " x" + step.number();
                        case TIMER -> "slept";
                        case CHILD ->
                            String.valueOf(
                                    step.child() == null
                                            ? null
                                            : step.child().named(label).expected());
                        case RACE -> "*";
                        case SEND -> "sent";
                        case SHOW -> "shown";
                        case CONTINUE -> "continued";
                        case LEAVE -> "left";
                    });
        }
        return results;
    }

    /** Whether that is what it can return. */
    boolean allows(List<String> results) {
        List<String> expected = expected();
        if (results.size() != expected.size()) {
            return false;
        }
        for (int i = 0; i < results.size(); i++) {
            String wanted = expected.get(i);
            boolean fits = wanted.contains("*")
                    ? results.get(i).startsWith(wanted.substring(0, wanted.indexOf('*')))
                    : results.get(i).equals(wanted);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** Whether it waits for an event somewhere. */
    boolean hasRace() {
        return steps.stream()
                .anyMatch(step -> step.kind() == Kind.RACE
                        || (step.child() != null && step.child().hasRace()));
    }

    /** Whether it may call sub-orchestrations. */
    boolean hasChildren() {
        return steps.stream().anyMatch(step -> step.child() != null);
    }

    /** Whether it fails until it is rewound. */
    boolean breaks() {
        return steps.stream()
                .anyMatch(step -> step.kind() == Kind.BROKEN
                        || step.kind() == Kind.UNDONE
                        || step.kind() == Kind.BROKEN_FAN
                        || (step.child() != null && step.child().breaks()));
    }

    /** The same with a step more that fails until it is rewound, in it or in something that it calls. */
    Program broken(RandomGenerator random) {
        List<Step> more = new ArrayList<>(steps);
        int at = random.nextInt(more.size() + 1);
        Step step = at == more.size() ? null : more.get(at);
        if (step != null && step.child() != null) {
            more.set(
                    at,
                    new Step(
                            step.kind(),
                            step.number(),
                            step.target(),
                            step.child().broken(random)));
        } else {
            more.add(
                    at,
                    switch (random.nextInt(4)) {
                        case 0 -> new Step(Kind.UNDONE, 1 + random.nextInt(4), null, null);
                        case 1 -> new Step(Kind.BROKEN_FAN, 2 + random.nextInt(3), null, null);
                        default -> new Step(Kind.BROKEN, 1 + random.nextInt(4), null, null);
                    });
        }
        return new Program(token, more, done);
    }

    /** The same with a step more that leaves a sub-orchestration behind. */
    Program leaving(RandomGenerator random, String id) {
        List<Step> more = new ArrayList<>(steps);
        Program child = random(random, id + "-left", List.of(), 1);
        more.add(
                random.nextInt(more.size() + 1),
                new Step(
                        Kind.LEAVE,
                        random.nextInt(3) * random.nextInt(2_000),
                        random.nextInt(3) == 0 ? id + "-left" : null,
                        child));
        return new Program(token, more, done);
    }

    /**
     * A program by chance.
     *
     * @param id the ID of the instance that runs it
     * @param actors whom it may send events to
     */
    static Program random(RandomGenerator random, String id, List<String> actors, int depth) {
        List<Step> steps = new ArrayList<>();
        int count = 1 + random.nextInt(depth == 0 ? 5 : 2);
        boolean fixed = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            steps.add(step(random, id, actors, depth, fixed));
        }
        return new Program("", steps, List.of());
    }

    private static Step step(RandomGenerator random, String id, List<String> actors, int depth, boolean fixed) {
        return switch (random.nextInt(depth == 0 ? 14 : 7)) {
            case 0, 1, 2 -> new Step(Kind.ACTIVITY, duration(random), null, null);
            case 3 -> new Step(Kind.FAN, 2 + random.nextInt(3), null, null);
            case 4 -> new Step(Kind.RETRY, 1 + random.nextInt(2), null, null);
            case 5, 7 -> new Step(Kind.TIMER, timer(random), null, null);
            case 6 -> new Step(Kind.CONTINUE, 0, null, null);
            case 8, 9, 10 ->
                new Step(
                        Kind.CHILD,
                        0,
                        fixed ? id + "-child" : null,
                        random(random, id + "-child", List.of(), depth + 1));
            case 11 ->
                new Step(
                        Kind.RACE,
                        timer(random),
                        null,
                        random.nextBoolean() ? random(random, id + "-raced", List.of(), depth + 1) : null);
            case 12 ->
                actors.isEmpty()
                        ? new Step(Kind.SHOW, random.nextInt(10), null, null)
                        : new Step(Kind.SEND, 0, actors.get(random.nextInt(actors.size())), null);
            default -> new Step(Kind.SHOW, random.nextInt(10), null, null);
        };
    }

    private static int duration(RandomGenerator random) {
        return random.nextInt(6) == 0 ? random.nextInt(90_000) : random.nextInt(3_000);
    }

    private static int timer(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(2_000);
            case 1, 2 -> random.nextInt(10_000);
            default -> random.nextInt(300_000);
        };
    }
}
