package dev.soliton.e2e.app;

import static dev.soliton.e2e.app.Awaits.input;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Orchestrators whose every step leaves a trace, from which it can be told afterwards whether all went as promised.
 *
 * <p>Each run of an activity returns a name of its own, and each step is given those of the runs that it builds on and
 * notes them when it begins: so that the log tells of which run the result was committed, and when at the latest.
 */
public final class Duties implements SolitonApp {
    /** The activity of all of them. */
    public static final String WORK = "Work";

    /** The event of ledgers. */
    public static final String ENTRY = "entry";

    /** How many entries a ledger takes in before it begins a new generation. */
    private static final int PAGE = 7;

    /** A timer that is a message, and one that is waited for in the turn. */
    private static final List<Duration> NAPS = List.of(Duration.ofSeconds(4), Duration.ofSeconds(1));

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.activity(WORK, () -> Duties::work)
                .activity("Brittle", () -> Duties::brittle)
                .orchestrator("Chain", () -> Duties::chain)
                .orchestrator("Fragile", () -> Duties::fragile)
                .orchestrator("Vigil", () -> Duties::vigil)
                .orchestrator("Relay", () -> Duties::child)
                .orchestrator("Crowd", () -> Duties::crowd)
                .orchestrator("Sleeper", () -> Duties::sleeper)
                .orchestrator("Ledger", () -> Duties::ledger)
                .orchestrator("Household", () -> Duties::household)
                .orchestrator("Child", () -> Duties::child)
                .orchestrator("Courier", () -> Duties::courier);
    }

    /**
     * What a step is to do.
     *
     * @param part names the step: no other step of any instance has that name
     * @param uses the runs whose results it builds on
     * @param notBefore before which time it must not begin, in milliseconds; 0 for any
     * @param millis how long it takes
     * @param freight what it is given only to carry it; null for nothing
     */
    record Step(String part, List<String> uses, long notBefore, int millis, @Nullable String freight) {
        Note note() {
            return new Note(part, notBefore, uses.stream().map(RunName::parse).toList());
        }
    }

    /**
     * What an instance is to do.
     *
     * @param start names the start that was accepted
     * @param size how many steps, children or events
     * @param millis how long a step takes
     * @param partner the instance that it writes to; null for none
     * @param freight what it is given only to carry it; null for nothing
     */
    public record Duty(String start, int size, int millis, @Nullable String partner, @Nullable String freight) {}

    /**
     * What an instance has done.
     *
     * @param start names the start that it is the run of
     * @param results the runs whose results it was given, those of its children included
     * @param entries the events that it was given, in their order
     */
    public record Report(String start, List<String> results, List<String> entries) {}

    /**
     * An event of a ledger.
     *
     * @param from who sent it
     * @param number counts what one sender sends to one ledger
     * @param expected how many others will send; null if the ledger is not to be closed yet
     */
    public record Entry(String from, int number, @Nullable Map<String, Integer> expected) {
        /** How it is shown in the end. */
        public String text() {
            return from + "#" + number;
        }
    }

    private static String work(ActivityContext context) throws InterruptedException {
        Step step = Objects.requireNonNull(context.getInput(Step.class));
        ActivityLog log = ActivityLog.ofProcess();
        log.append(Event.START, context, step.note().toString());
        try {
            TimeUnit.MILLISECONDS.sleep(step.millis());
        } catch (InterruptedException told) {
            log.append(Event.INTERRUPT, context);
            throw told;
        }
        log.append(Event.END, context);
        return new RunName(context.getTaskId(), context.getFencingToken()).toString();
    }

    /** Work that fails until somebody has mended its instance. */
    private static String brittle(ActivityContext context) throws InterruptedException {
        ActivityLog log = ActivityLog.ofProcess();
        if (!log.isMended(context.getInstanceId())) {
            Step step = Objects.requireNonNull(context.getInput(Step.class));
            log.append(Event.START, context, step.note().toString());
            log.append(Event.FAIL, context);
            throw new IllegalStateException("to be mended");
        }
        return work(context);
    }

    private static Task<String> step(
            OrchestrationContext context, String part, List<String> uses, long notBefore, int millis) {
        return context.callActivity(WORK, new Step(part, uses, notBefore, millis, null), String.class);
    }

    private static String result(Task<String> task) {
        return Objects.requireNonNull(task.await());
    }

    /** A job: step after step. */
    private static Object chain(OrchestrationContext context) {
        Duty duty = input(context, Duty.class);
        List<String> results = new ArrayList<>();
        for (int i = 0; i < duty.size(); i++) {
            results.add(result(step(context, context.getInstanceId() + "/step " + i, last(results), 0, duty.millis())));
            context.setCustomStatus(i);
        }
        return new Report(duty.start(), results, List.of());
    }

    /** A job: step after step, of which the second fails until it is mended. */
    private static Object fragile(OrchestrationContext context) {
        Duty duty = input(context, Duty.class);
        List<String> results = new ArrayList<>();
        for (int i = 0; i < duty.size(); i++) {
            Step step =
                    new Step(context.getInstanceId() + "/step " + i, last(results), 0, duty.millis(), duty.freight());
            results.add(result(context.callActivity(i == 1 ? "Brittle" : WORK, step, String.class)));
        }
        return new Report(duty.start(), results, List.of());
    }

    /** Step after step, and then a wait for what nobody sends: it does not end by itself. */
    private static Object vigil(OrchestrationContext context) {
        Object report = chain(context);
        context.waitForExternalEvent(ENTRY, Entry.class).await();
        return report;
    }

    /** A job: many steps at once, and one that needs them all, and what the instance was given to carry. */
    private static Object crowd(OrchestrationContext context) {
        Duty duty = input(context, Duty.class);
        List<Task<String>> tasks = new ArrayList<>();
        for (int i = 0; i < duty.size(); i++) {
            tasks.add(
                    step(context, context.getInstanceId() + "/member " + i, List.of(), 0, duty.millis() * (1 + i % 4)));
        }
        List<String> results =
                new ArrayList<>(Objects.requireNonNull(context.allOf(tasks).await()));
        Step all = new Step(context.getInstanceId() + "/all", List.copyOf(results), 0, duty.millis(), duty.freight());
        results.add(result(context.callActivity(WORK, all, String.class)));
        return new Report(duty.start(), results, List.of());
    }

    /** Sleeps between its steps, and wakes not too early. */
    private static Object sleeper(OrchestrationContext context) {
        Duty duty = input(context, Duty.class);
        List<String> results = new ArrayList<>();
        for (int i = 0; i < duty.size(); i++) {
            Duration nap = NAPS.get(i % NAPS.size());
            long due = context.getCurrentInstant().plus(nap).toEpochMilli();
            context.createTimer(nap).await();
            results.add(result(
                    step(context, context.getInstanceId() + "/after nap " + i, last(results), due, duty.millis())));
        }
        return new Report(duty.start(), results, List.of());
    }

    /**
     * What a ledger remembers from one generation to the next.
     *
     * @param expected how many entries it has to have from whom before it ends; null until it is closed
     */
    record Book(Duty duty, List<String> results, List<String> entries, @Nullable Map<String, Integer> expected) {

        Book(Duty duty) {
            this(duty, new ArrayList<>(), new ArrayList<>(), null);
        }

        Book with(Map<String, Integer> closing) {
            return new Book(duty, results, entries, closing);
        }

        boolean isComplete() {
            return expected != null
                    && expected.entrySet().stream()
                            .allMatch(sender -> entries.stream()
                                            .filter(entry -> entry.startsWith(sender.getKey() + "#"))
                                            .count()
                                    >= sender.getValue());
        }
    }

    /** An actor: takes in entries, one after another, works on every third, and ends when it is closed and has all. */
    private static @Nullable Object ledger(OrchestrationContext context) {
        Book book = context.getGeneration() == 0 ? new Book(input(context, Duty.class)) : input(context, Book.class);
        for (int i = 0; i < PAGE; i++) {
            if (book.isComplete()) {
                return new Report(book.duty().start(), book.results(), book.entries());
            }
            Entry entry = Objects.requireNonNull(
                    context.waitForExternalEvent(ENTRY, Entry.class).await());
            if (entry.expected() != null) {
                book = book.with(entry.expected());
                continue;
            }
            book.entries().add(entry.text());
            if (book.entries().size() % 3 == 0) {
                Task<String> step = step(
                        context,
                        context.getInstanceId() + "/" + entry.text(),
                        last(book.results()),
                        0,
                        book.duty().millis());
                book.results().add(result(step));
            }
            context.setCustomStatus(book.entries().size());
        }
        context.continueAsNew(book);
        return null;
    }

    /** Has children, half of them under IDs of its own choice. */
    private static Object household(OrchestrationContext context) {
        Duty duty = input(context, Duty.class);
        List<Task<Report>> children = new ArrayList<>();
        for (int i = 0; i < duty.size(); i++) {
            String name = context.getInstanceId() + "/child " + i;
            String id = i % 2 == 0 ? null : context.getInstanceId() + ".child-" + i;
            children.add(context.callSubOrchestrator(
                    "Child", new Duty(name, 2, duty.millis(), null, null), id, Report.class));
        }
        List<String> results = new ArrayList<>();
        for (Report report : Objects.requireNonNull(context.allOf(children).await())) {
            results.addAll(report.results());
        }
        String part = context.getInstanceId() + "/all home";
        results.add(result(step(context, part, List.copyOf(results), 0, duty.millis())));
        return new Report(duty.start(), results, List.of());
    }

    private static Object child(OrchestrationContext context) {
        Duty duty = input(context, Duty.class);
        List<String> results = new ArrayList<>();
        for (int i = 0; i < duty.size(); i++) {
            results.add(result(step(context, duty.start() + "/step " + i, last(results), 0, duty.millis())));
            context.createTimer(NAPS.get(i % NAPS.size())).await();
        }
        return new Report(duty.start(), results, List.of());
    }

    /** Writes to its partner, between its steps. */
    private static Object courier(OrchestrationContext context) {
        Duty duty = input(context, Duty.class);
        List<String> results = new ArrayList<>();
        for (int i = 1; i <= duty.size(); i++) {
            results.add(result(step(context, context.getInstanceId() + "/step " + i, last(results), 0, duty.millis())));
            context.sendEvent(
                    Objects.requireNonNull(duty.partner()), ENTRY, new Entry(context.getInstanceId(), i, null));
        }
        return new Report(duty.start(), results, List.of());
    }

    private static List<String> last(List<String> results) {
        return results.isEmpty() ? List.of() : List.of(results.get(results.size() - 1));
    }
}
