package dev.soliton.sim;

import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The app that is simulated: an orchestrator that carries out programs, an actor, and the activity that both use. */
final class App {
    static final String PROGRAM = "program";
    static final String ACTOR = "actor";

    /** The name of the events that an actor waits for. */
    static final String EVENT = "letter";

    /** The event after which an actor ends. */
    static final String STOP = "stop";

    private static final String WORK = "work";

    /** A step that only the newest build has. By its name, since inputs are not compared with the journal. */
    private static final String GUARDED = "guarded";

    /** A step that only a diverging build has. */
    private static final String TOO_MANY = "too many";

    private static final String UNDO = "/undone";

    /** The label of an activity begins so that ends its process. */
    static final String KILLER = "killer";

    private static final TaskOptions RETRIES =
            TaskOptions.withRetryPolicy(new RetryPolicy(4, Duration.ofMillis(1_500)).setBackoffCoefficient(3));

    /** What an actor knows that was started by a letter. */
    private static final Actor BY_LETTER = new Actor("", List.of(), 2, true);

    private final World world;
    private final SimProcess process;

    /**
     * What an activity is to do.
     *
     * @param millis how long it takes
     * @param failures how often it fails before it succeeds
     * @param stubborn whether it goes on when it is told to stop
     * @param mended how often its start has to be rewound, or what that called, until it succeeds
     * @param part tells it from others of the label
     */
    record Work(String label, int millis, int failures, boolean stubborn, int mended, int part) {
        Work(String label, int millis, int failures, boolean stubborn) {
            this(label, millis, failures, stubborn, 0, 0);
        }

        static Work broken(String label, int millis, int mended, int part) {
            return new Work(label, millis, 0, false, mended, part);
        }
    }

    /**
     * What an actor knows.
     *
     * @param letters what it received, in order
     * @param perGeneration after how many letters it continues as new
     * @param works whether it calls an activity for each letter
     * @param breaksAt at which letter this fails until the actor is rewound; 0 for none
     */
    record Actor(String token, List<String> letters, int perGeneration, boolean works, int breaksAt) {
        Actor(String token, List<String> letters, int perGeneration, boolean works) {
            this(token, letters, perGeneration, works, 0);
        }

        Actor named(String name) {
            return new Actor(name, letters, perGeneration, works, breaksAt);
        }
    }

    App(World world, SimProcess process) {
        this.world = world;
        this.process = process;
    }

    Registry registry(Build build) {
        Registry registry = new Registry().activity(WORK, () -> this::work).activity(GUARDED, () -> this::work);
        if (build != Build.WITHOUT_PROGRAM) {
            registry.orchestrator(PROGRAM, () -> context -> carryOut(context, build));
        }
        if (build != Build.WITHOUT_ACTOR) {
            registry.orchestrator(ACTOR, () -> App::act);
        }
        return registry;
    }

    private @Nullable Object carryOut(OrchestrationContext context, Build build) {
        boolean guards = world.has(Ability.CHANGED_CODE) && build == Build.NEWEST;
        // Only where something is recorded already: whoever began with it could be run by no other build.
        int passed = OrchestrationContext.DEFAULT_VERSION;
        if (build == Build.DIVERGING && context.getVersion("too many", passed, 1) == passed) {
            context.callActivity(TOO_MANY).await();
        }
        Program program = Objects.requireNonNull(context.getInput(Program.class));
        List<String> done = new ArrayList<>(program.done());
        for (int i = 0; i < program.steps().size(); i++) {
            Program.Step step = program.steps().get(i);
            String label = program.token() + "/" + done.size();
            if (guards && context.getVersion("step " + i, OrchestrationContext.DEFAULT_VERSION, 1) == 1 && i % 2 == 1) {
                context.callActivity(GUARDED, new Work(label + "/guarded", 200, 0, false), RETRIES, String.class)
                        .await();
            }
            if (step.kind() == Program.Kind.CONTINUE || step.kind() == Program.Kind.LEAVE) {
                done.add(step.kind() == Program.Kind.CONTINUE ? "continued" : leave(context, step, label));
                context.continueAsNew(new Program(
                        program.token(),
                        program.steps().subList(i + 1, program.steps().size()),
                        done));
            } else {
                done.add(result(context, step, label));
            }
        }
        return done;
    }

    private static String result(OrchestrationContext context, Program.Step step, String label) {
        return switch (step.kind()) {
            case ACTIVITY ->
                "did "
                        + call(context, new Work(label, step.number(), 0, step.number() % 5 == 0))
                                .await();
            case RETRY ->
                "did "
                        + call(context, new Work(label, 200, step.number(), false))
                                .await();
            case FAN -> fan(context, step.number(), label, 0);
            case BROKEN_FAN -> fan(context, step.number(), label, 1);
            case BROKEN -> "did " + broken(context, step, label).await();
            case UNDONE -> undone(context, step, label);
            case TIMER -> {
                context.createTimer(Duration.ofMillis(step.number())).await();
                yield "slept";
            }
            case CHILD -> child(context, step, label);
            case RACE -> race(context, step, label);
            case SEND -> {
                context.sendEvent(Objects.requireNonNull(step.target()), EVENT, label);
                yield "sent";
            }
            case SHOW -> {
                context.setCustomStatus(label);
                yield "shown";
            }
            case CONTINUE, LEAVE -> throw new IllegalStateException("It does not return.");
        };
    }

    private static String leave(OrchestrationContext context, Program.Step step, String label) {
        Program child = Objects.requireNonNull(step.child()).named(label);
        context.callSubOrchestrator(PROGRAM, child, step.target(), String[].class);
        if (step.number() > 0) {
            context.createTimer(Duration.ofMillis(step.number())).await();
        }
        return "left";
    }

    private static Task<String> call(OrchestrationContext context, Work work) {
        return context.callActivity(WORK, work, RETRIES, String.class);
    }

    /** Several at once, of which the second is broken until the job is rewound so often. */
    private static String fan(OrchestrationContext context, int count, String label, int mended) {
        List<Task<String>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Work work = Work.broken(label, 300 * i, i == 1 ? mended : 0, i);
            tasks.add(mended == 0 ? call(context, work) : context.callActivity(WORK, work, String.class));
        }
        List<String> results = Objects.requireNonNull(context.allOf(tasks).await());
        return "did " + results.get(0) + " x" + results.size();
    }

    /** An activity that is broken, and is tried again or not. */
    private static Task<String> broken(OrchestrationContext context, Program.Step step, String label) {
        Work work = Work.broken(label, 100 * step.number(), (step.number() + 1) / 2, 0);
        return step.number() % 2 == 0 ? call(context, work) : context.callActivity(WORK, work, String.class);
    }

    private static String undone(OrchestrationContext context, Program.Step step, String label) {
        try {
            return "did " + broken(context, step, label).await();
        } catch (TaskFailedException failed) {
            call(context, new Work(label + UNDO, 200, 0, false)).await();
            throw failed;
        }
    }

    private static String child(OrchestrationContext context, Program.Step step, String label) {
        Program child = Objects.requireNonNull(step.child()).named(label);
        return Arrays.toString(context.callSubOrchestrator(PROGRAM, child, step.target(), String[].class)
                .await());
    }

    private static String race(OrchestrationContext context, Program.Step step, String label) {
        Task<Void> timer = context.createTimer(Duration.ofMillis(step.number()));
        Task<String> event = context.waitForExternalEvent(Program.RACE_EVENT, String.class);
        Task<?> first = context.anyOf(timer, event).await();
        String branch = label + (first == timer ? "/timer" : "/event");
        return step.child() == null
                ? "did " + call(context, new Work(branch, 500, 0, false)).await()
                : child(context, step, branch);
    }

    private static @Nullable Object act(OrchestrationContext context) {
        Actor given = context.getInput(Actor.class);
        Actor actor = given == null ? BY_LETTER : given;
        List<String> letters = new ArrayList<>(actor.letters());
        for (int taken = 0; taken < actor.perGeneration(); taken++) {
            String letter = context.waitForExternalEvent(EVENT, String.class).await();
            letters.add(letter);
            context.setCustomStatus(letters.size());
            if (actor.works()) {
                int mended = letters.size() == actor.breaksAt() ? 1 : 0;
                Work work = Work.broken(actor.token() + "/" + letters.size(), 400, mended, 0);
                // Not tried again, one that is broken fails while letters come.
                Task<String> task = mended == 0 ? call(context, work) : context.callActivity(WORK, work, String.class);
                task.await();
            }
            if (STOP.equals(letter)) {
                return letters;
            }
        }
        context.continueAsNew(
                new Actor(actor.token(), letters, actor.perGeneration(), actor.works(), actor.breaksAt()));
        return null;
    }

    /** What names the step among those of its execution. What is undone may be undone again. */
    private static String step(ActivityContext context, Work work) {
        return work.label() + (work.label().endsWith(UNDO) ? context.getTaskId() : "#" + work.part());
    }

    private String work(ActivityContext context) throws InterruptedException {
        Work work = Objects.requireNonNull(context.getInput(Work.class));
        Scheduler scheduler = world.scheduler();
        Run run = Run.of(context);
        long number = world.oracle().begins(process, run, work.stubborn(), step(context, work));
        world.trace().add(scheduler, () -> process + " begins " + run + " " + work);
        try {
            if (work.stubborn()) {
                scheduler.sleep(Duration.ofMillis(work.millis()));
            } else {
                scheduler.await(
                        () -> false,
                        scheduler.now() + Duration.ofMillis(work.millis()).toNanos());
            }
            if (work.label().startsWith(KILLER)) {
                process.crash();
                scheduler.point();
            }
            if (context.getAttempt() <= work.failures()) {
                throw new IllegalStateException("simulated: attempt " + context.getAttempt());
            }
            if (world.oracle().rewinds().countOf(work.label()) < work.mended()) {
                throw new IllegalStateException("simulated: broken");
            }
            return work.label();
        } finally {
            world.oracle().returned(number);
            world.trace().add(scheduler, () -> process + " is done with " + run);
        }
    }
}
