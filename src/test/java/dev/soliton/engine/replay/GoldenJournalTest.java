package dev.soliton.engine.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.replay.ReplayContext.End.Completed;
import dev.soliton.engine.replay.ReplayContext.End.ContinuedAsNew;
import dev.soliton.engine.replay.ReplayContext.End.Terminated;
import dev.soliton.orchestration.CompositeTaskFailedException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskCanceledException;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.store.Payload;
import dev.soliton.store.RuntimeStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Journals as they were stored once, which each later version has to understand: it comes to the same end with them, asks
 * for nothing more, and writes them as they are. They are kept by hand; a change of one of them strands instances.
 */
final class GoldenJournalTest {

    /** The first version knew activities only. */
    static final Orchestrator ACTIVITIES = context -> {
        Task<String> hello = context.callActivity("Hello", "Tokyo", String.class);
        Task<String> fails = context.callActivity("Fail", String.class);
        try {
            return fails.await();
        } catch (TaskFailedException failed) {
            return List.of(
                    String.valueOf(hello.await()),
                    failed.getFailureDetails().message(),
                    failed.getFailureDetails().isCausedBy(IOException.class),
                    context.getCurrentInstant().toString());
        }
    };

    static final Orchestrator EVERYTHING = context -> {
        TaskOptions retried =
                TaskOptions.withRetryPolicy(new RetryPolicy(3, Duration.ofMillis(1500)).setBackoffCoefficient(2.5));
        List<String> log = new ArrayList<>();
        Task<String> child = context.callSubOrchestrator("child", 1, retried, String.class);
        Task<String> named = context.callSubOrchestrator("fails", null, "its-id", String.class);
        context.sendEvent("other", "News", List.of(1));
        Task<String> flaky = context.callActivity("flaky2", List.of("input"), retried, String.class);
        flaky.thenApply(value -> context.callActivity("follow-up", value, String.class))
                .thenAccept(task -> log.add("asked"));
        try {
            context.allOf(List.of(child, named, flaky)).await();
        } catch (CompositeTaskFailedException failed) {
            log.add(failed.getExceptions().size() + " failed");
        }
        Task<Integer> approval = context.waitForExternalEvent("Approval", Duration.ofHours(1), Integer.class);
        log.add("approved " + approval.await());
        try {
            context.waitForExternalEvent("never", Duration.ofMinutes(1)).await();
        } catch (TaskCanceledException cancelled) {
            log.add("cancelled");
        }
        context.createTimer(Duration.ofDays(30)).await();
        log.add(child.await() + " " + flaky.await());
        log.add(context.getCurrentInstant().toString());
        return log;
    };

    /** Began with events that the generation before had left, and while it was suspended. */
    static final Orchestrator CONTINUED = context -> {
        context.waitForExternalEvent("next").await();
        context.continueAsNew(
                context.waitForExternalEvent("next", Integer.class).await());
        return null;
    };

    static final Orchestrator TERMINATED =
            context -> context.callActivity("long").await();

    /** Stood still before its first line and again, while timers, timeouts, results and events came. */
    static final Orchestrator SUSPENDED = context -> {
        List<String> log = new ArrayList<>();
        Task<Void> timer = context.createTimer(Duration.ofMinutes(1));
        Task<Integer> late = context.waitForExternalEvent("late", Duration.ofMinutes(2), Integer.class);
        Task<Integer> early = context.waitForExternalEvent("early", Duration.ofMinutes(3), Integer.class);
        Task<String> a = context.callActivity("a", String.class);
        List<Task<?>> open = new ArrayList<>(List.of(timer, late, early, a));
        while (!open.isEmpty()) {
            Task<?> first = context.anyOf(open).await();
            open.remove(first);
            log.add((first == timer ? "timer" : first == late ? "late" : first == early ? "early" : "a")
                    + (first != null && first.isCancelled() ? " cancelled" : ""));
        }
        log.add(late.isCancelled() + " " + early.await() + " " + a.await());
        log.add("later " + context.waitForExternalEvent("LATE", Integer.class).await());
        log.add(context.getCurrentInstant().toString());
        return log;
    };

    /** Retries that end in each way, of activities and sub-orchestrations. */
    static final Orchestrator RETRIES = context -> {
        RetryPolicy policy = new RetryPolicy(4, Duration.ofMillis(1))
                .setBackoffCoefficient(1e6)
                .setMaxRetryInterval(Duration.ofHours(2))
                .setRetryTimeout(Duration.ofHours(3));
        TaskOptions byPolicy = TaskOptions.withRetryPolicy(policy);
        TaskOptions byHandler = TaskOptions.withRetryHandler(failed -> {
            context.createTimer(Duration.ofMinutes(failed.getLastAttemptNumber()))
                    .await();
            return failed.getLastAttemptNumber() < 3;
        });
        List<Task<String>> tasks = List.of(
                context.callActivity("flaky1", "in", byPolicy, String.class),
                context.callActivity("fails", byPolicy, String.class),
                context.callActivity("final", byPolicy, String.class),
                context.callActivity("failsForHandler", byHandler, String.class),
                context.callSubOrchestrator("flaky3", null, "named", byPolicy, String.class),
                context.callSubOrchestrator("flaky2", 7, byHandler, String.class),
                context.callSubOrchestrator("finalChild", byHandler, String.class));
        List<String> log = new ArrayList<>();
        for (Task<String> task : tasks) {
            try {
                log.add(String.valueOf(task.await()));
            } catch (TaskFailedException failed) {
                log.add(failed.getTaskName() + " #" + failed.getTaskId() + " "
                        + failed.getFailureDetails().message());
            }
        }
        log.add(context.getCurrentInstant().toString());
        return log;
    };

    /** Handles an event of two, and leaves others to the next generation: unwaited for, held, and given to a wait. */
    static final Orchestrator ACTOR = context -> {
        Task<Integer> a = context.waitForExternalEvent("a", Integer.class);
        Task<Integer> b = context.waitForExternalEvent("b", Integer.class);
        context.callActivity("slow").await();
        Task<?> first = context.anyOf(b, a).await();
        context.continueAsNew(first == a ? "a" + a.await() : "b" + b.await());
        return null;
    };

    /** Failed, had undone something, and went on; failed again, and went on again. */
    static final Orchestrator REWOUND = context -> {
        Task<String> part = context.callActivity("part", String.class);
        Task<String> other = context.callActivity("other", String.class);
        String done = other.await();
        try {
            done += part.await();
        } catch (TaskFailedException failed) {
            context.callActivity("undo").await();
            throw failed;
        }
        return done + context.callActivity("last", String.class).await() + " " + context.getCurrentInstant();
    };

    /** Asks for versions of changes: recorded ones, one that was not asked for then, and one no longer. */
    static final Orchestrator VERSIONS = context -> {
        List<Integer> versions = new ArrayList<>();
        versions.add(context.getVersion("greeting", OrchestrationContext.DEFAULT_VERSION, 3));
        String done = context.callActivity("a", String.class).await();
        versions.add(context.getVersion("came later", OrchestrationContext.DEFAULT_VERSION, 3));
        done += context.callActivity("b", String.class).await();
        versions.add(context.getVersion("last", OrchestrationContext.DEFAULT_VERSION, 3));
        versions.add(context.getVersion("greeting", OrchestrationContext.DEFAULT_VERSION, 3));
        return done + versions;
    };

    /** There is nothing beyond the journal. */
    private static final EventSource NOTHING = new EventSource() {
        @Override
        public Instant now() {
            throw new AssertionError("The journal has it all.");
        }

        @Override
        public JournalEvent beforeStart(State state) {
            throw new AssertionError("The journal has it all.");
        }

        @Override
        public JournalEvent next(State state) {
            throw new AssertionError("The journal has it all.");
        }
    };

    private static String text(String name) throws IOException {
        try (InputStream resource = GoldenJournalTest.class.getResourceAsStream("/journals/" + name + ".json")) {
            return new String(Objects.requireNonNull(resource, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ReplayContext.End replayed(String name, Orchestrator orchestrator) throws Exception {
        String text = text(name);
        EngineJson json = new EngineJson();
        List<JournalEvent> journal = json.readEvents(text);
        assertThat(json.writeEvents(journal)).isEqualTo(text.replace("\n", ""));
        Scenario.Ran ran = Scenario.of(orchestrator).live(NOTHING).replay(journal);
        assertThat(ran.journal()).isEqualTo(journal);
        return ran.end();
    }

    @Test
    void journalOfTheFirstVersion() throws Exception {
        assertThat(replayed("activities", ACTIVITIES))
                .isEqualTo(new Completed("[\"Hello Tokyo!\",\"no luck\",true,\"2029-12-31T23:00:05.250Z\"]"));
    }

    @Test
    void journalOfEverything() throws Exception {
        assertThat(replayed("everything", EVERYTHING))
                .isEqualTo(
                        new Completed(
                                "[\"asked\",\"1 failed\",\"approved 7\",\"cancelled\",\"child#6 flaky2#9\",\"2030-01-31T00:01:12.750Z\"]"));
    }

    @Test
    void journalOfAGenerationThatInheritedEvents() throws Exception {
        assertThat(replayed("continued", CONTINUED))
                .isEqualTo(new ContinuedAsNew(
                        "2",
                        new EngineJson()
                                .readEvents(text("continued")).stream()
                                        .filter(JournalEvent.EventRaised.class::isInstance)
                                        .map(JournalEvent.EventRaised.class::cast)
                                        .filter(event -> event.name().equals("other"))
                                        .toList()));
    }

    @Test
    void journalOfATerminatedExecution() throws Exception {
        assertThat(replayed("terminated", TERMINATED)).isEqualTo(new Terminated("enough"));
    }

    @Test
    void journalOfASuspendedExecution() throws Exception {
        assertThat(replayed("suspended", SUSPENDED))
                .isEqualTo(new Completed("[\"timer\",\"late cancelled\",\"early\",\"a\",\"true 2 a#3\",\"later 1\","
                        + "\"2030-01-01T00:03:05Z\"]"));
    }

    @Test
    void journalOfRetriesThatEndInEachWay() throws Exception {
        assertThat(replayed("retries", RETRIES))
                .isEqualTo(new Completed("[\"flaky1#12\",\"fails #28 no luck\",\"final #2 never\","
                        + "\"failsForHandler #21 no luck\",\"flaky3#29\",\"flaky2#22\",\"finalChild #6 never\","
                        + "\"2030-01-01T02:16:52Z\"]"));
    }

    @Test
    void journalOfAnActorThatLeavesEventsToItsNextGeneration() throws Exception {
        ReplayContext.End end = replayed("actor", ACTOR);
        assertThat(end).isInstanceOf(ContinuedAsNew.class);
        assertThat(((ContinuedAsNew) end).input()).isEqualTo("\"a1\"");
        assertThat(((ContinuedAsNew) end).carried())
                .extracting(event -> event.name() + new EngineJson().write(event.input()))
                .containsExactly(
                        "x{\"json\":\"0\"}",
                        "b{\"json\":\"2\"}",
                        "a{\"json\":\"3\"}",
                        "y{\"json\":\"4\"}",
                        "b{\"json\":\"5\"}",
                        "anull");
    }

    @Test
    void journalOfAnExecutionThatWasRewoundTwice() throws Exception {
        assertThat(replayed("rewound", REWOUND)).isEqualTo(new Completed("\"BAC 2030-01-01T00:00:21Z\""));
    }

    @Test
    void versionsOfChanges() throws Exception {
        assertThat(replayed("versions", VERSIONS)).isEqualTo(new Completed("\"AB[2, -1, 1, 2]\""));
    }

    /** The details of a failure are a text within a journal, and are understood and written as they are, too. */
    @Test
    void failureOfAJournal() throws Exception {
        EngineJson json = new EngineJson();
        JournalEvent.TaskFailed failed =
                (JournalEvent.TaskFailed) json.readEvents(text("activities")).get(4);
        String details = ((Payload.Inline) failed.failure()).json();
        assertThat(json.readFailure(details))
                .isEqualTo(new FailureDetails(
                        "java.lang.IllegalStateException",
                        "no luck",
                        "\tat app.Fail.run(Fail.java:7)\n",
                        new FailureDetails("java.io.FileNotFoundException", "gone", "", null, false),
                        false));
        assertThat(json.writeFailure(json.readFailure(details))).isEqualTo(details);
    }

    /** Nobody replays it; it is read to show what happened. */
    @Test
    void journalOfAnExecutionThatHasEndedIsUnderstoodAndWrittenAsItIs() throws Exception {
        EngineJson json = new EngineJson();
        List<JournalEvent> journal = json.readEvents(text("ended"));
        assertThat(journal)
                .last()
                .isEqualTo(new JournalEvent.ExecutionCompleted(
                        RuntimeStatus.COMPLETED, Instant.parse("2030-01-01T00:00:01Z")));
        assertThat(json.writeEvents(journal)).isEqualTo(text("ended").replace("\n", ""));
    }

    @Test
    void everyTypeOfEventIsInOneOfTheJournals() throws Exception {
        Set<Class<?>> seen = new HashSet<>();
        for (String name : List.of(
                "activities",
                "everything",
                "continued",
                "terminated",
                "suspended",
                "retries",
                "actor",
                "ended",
                "rewound",
                "versions")) {
            new EngineJson().readEvents(text(name)).forEach(event -> seen.add(event.getClass()));
        }
        assertThat(seen).isEqualTo(types(JournalEvent.class));
    }

    private static Set<Class<?>> types(Class<?> sealed) {
        Set<Class<?>> types = new HashSet<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                types.addAll(types(permitted));
            } else {
                types.add(permitted);
            }
        }
        return types;
    }
}
