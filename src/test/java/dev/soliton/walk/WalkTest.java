package dev.soliton.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.EngineFixture;
import dev.soliton.store.InMemoryWorkQueue;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That the ways of a start, an event and a turn through the code do not get longer; see docs/reading-the-code.md. */
@Tag("slow")
final class WalkTest {
    private final EngineFixture hub = new EngineFixture();

    @BeforeEach
    void follow() {
        Walk.follow();
    }

    @AfterEach
    void stop() {
        Walk.unfollow();
        hub.close();
    }

    private void start() {
        hub.registry.orchestrator("Counter", () -> context -> {
            context.waitForExternalEvent("add").await();
            context.waitForExternalEvent("add").await();
            return null;
        });
        hub.client.start(new StartRequest("Counter", "i", null));
    }

    @Test
    void startIsAcceptedOnAStraightWay() {
        hub.registry.orchestrator("Counter", () -> context -> null);
        try (Walk walk = Walk.begin()) {
            hub.client.start(new StartRequest("Counter", "i", null));
            assertIsAtMost(walk, 10, 12);
        }
    }

    @Test
    void eventIsAcceptedOnAStraightWay() {
        start();
        try (Walk walk = Walk.begin()) {
            hub.client.raiseEvent("i", "add", "1", null);
            assertIsAtMost(walk, 8, 13);
        }
    }

    @Test
    void turnProcessesAnEventOnAWayThatGetsNoLonger() {
        start();
        Engine engine = hub.worker();
        hub.drain(engine);
        hub.client.raiseEvent("i", "add", "1", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        try (Walk walk = Walk.begin()) {
            engine.process(delivery.message(), hub.log);
            assertIsAtMost(walk, 54, 280);
        }
    }

    private static void assertIsAtMost(Walk walk, int classes, int moves) {
        Set<String> names = new TreeSet<>(walk.classes());
        System.out.println(names.size() + " classes, " + walk.moves() + " moves: " + names + "\n" + walk.pairs());
        assertThat(names).hasSizeLessThanOrEqualTo(classes);
        assertThat(walk.moves()).isLessThanOrEqualTo(moves);
    }
}
