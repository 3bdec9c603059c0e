package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.Replay.End.Completed;
import dev.soliton.engine.Replay.End.ContinuedAsNew;
import dev.soliton.engine.Replay.End.Terminated;
import dev.soliton.orchestration.CompositeTaskFailedException;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskCanceledException;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** There is nothing beyond the journal. */
    private static final Live NOTHING = new Live() {
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

    private static Replay.End replayed(String name, Orchestrator orchestrator) throws Exception {
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
}
