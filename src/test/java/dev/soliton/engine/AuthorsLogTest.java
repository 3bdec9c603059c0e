package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.InMemoryWorkQueue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What authors write to the logger of their context, and what is written of what they do. */
final class AuthorsLogTest {
    private final EngineFixture hub = new EngineFixture();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = logger();

    @AfterEach
    void close() {
        hub.close();
    }

    private Logger logger() {
        Logger made = Logger.getAnonymousLogger();
        made.setUseParentHandlers(false);
        made.setLevel(Level.INFO);
        made.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getMessage().startsWith("author: ")
                        || line.getMessage().startsWith("step failed")) {
                    lines.add(line.getLevel() + " " + line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        return made;
    }

    private void drain() {
        for (Optional<InMemoryWorkQueue.Delivery> next = hub.queue.receive();
                next.isPresent();
                next = hub.queue.receive()) {
            hub.worker().process(next.get().message(), new InstanceLog(logger));
            hub.queue.delete(next.get());
        }
    }

    @Test
    void orchestratorWritesEachLineOnceThroughAllReplays() {
        hub.registry.orchestrator("Job", () -> context -> {
            context.getLogger().info("author: begins");
            context.waitForExternalEvent("go").await();
            context.getLogger().warning("author: goes on");
            context.waitForExternalEvent("go").await();
            context.getLogger().log(Level.FINE, "author: too fine for this log");
            return null;
        });
        hub.client.start(new StartRequest("Job", "job", null));
        drain();
        assertThat(lines).containsExactly("INFO author: begins");
        hub.client.raiseEvent("job", "go", null, null);
        drain();
        hub.client.raiseEvent("job", "go", null, null);
        drain();
        assertThat(lines).containsExactly("INFO author: begins", "WARNING author: goes on");
    }

    @Test
    void loggerSaysInAReplayToWhichLevelsItListens() {
        List<Boolean> asked = new CopyOnWriteArrayList<>();
        hub.registry.orchestrator("Job", () -> context -> {
            asked.add(context.getLogger().isLoggable(Level.INFO));
            asked.add(context.getLogger().isLoggable(Level.FINE));
            return context.waitForExternalEvent("go").await();
        });
        hub.client.start(new StartRequest("Job", "job", null));
        drain();
        hub.client.raiseEvent("job", "go", null, null);
        drain();
        assertThat(asked).containsExactly(true, false, true, false);
    }

    @Test
    void activityAndSubOrchestrationWriteToTheLogOfTheirInvocation() {
        hub.registry
                .activity("Step", () -> context -> {
                    context.getLogger().info("author: activity of " + context.getInstanceId());
                    return null;
                })
                .orchestrator("Child", () -> context -> {
                    context.getLogger().info("author: child");
                    return context.callActivity("Step").await();
                })
                .orchestrator(
                        "Job",
                        () -> context -> context.callSubOrchestrator("Child", null, "child")
                                .await());
        hub.client.start(new StartRequest("Job", "job", null));
        drain();
        assertThat(lines).containsExactly("INFO author: child", "INFO author: activity of child");
    }

    @Test
    void lineOfAStepThatFailedSaysWhy() {
        hub.registry
                .activity("Flaky", () -> context -> {
                    throw new IllegalStateException("no \"luck\"");
                })
                .orchestrator(
                        "Job", () -> context -> context.callActivity("Flaky").await());
        hub.client.start(new StartRequest("Job", "job", null));
        drain();
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("INFO step failed instanceId=\"job\"")
                .endsWith("task=0 activity=\"Flaky\" reason=\"java.lang.IllegalStateException: no \\\"luck\\\"\"");
    }

    @Test
    void lineThatIsWrittenWhenTheInvocationIsOverGoesToTheLogOfTheProcess() {
        List<String> early = new CopyOnWriteArrayList<>();
        Logger invocation = new Logger("invocation", null) {
            @Override
            public void log(LogRecord line) {
                early.add(line.getMessage());
            }
        };
        InstanceLog log = new InstanceLog(invocation, () -> logger);
        Logger authors = log.logger();
        authors.info("author: in the invocation");
        log.leaveInvocation();
        authors.info("author: beyond it");
        assertThat(early).containsExactly("author: in the invocation");
        assertThat(lines).containsExactly("INFO author: beyond it");
    }
}
