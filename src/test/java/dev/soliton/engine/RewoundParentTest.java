package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.RewindOutcome.Rewound;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WriteOutcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parents that go on after they have failed, and the ends of their sub-orchestrations that found nobody meanwhile. */
final class RewoundParentTest {
    private static final String PARENT = "parent";
    private static final String CHILD = "child";

    private final EngineFixture hub = new EngineFixture();
    private final AtomicBoolean broken = new AtomicBoolean(true);

    @BeforeEach
    void register() {
        hub.registry.activity("Do", () -> activity -> {
            if (broken.get()) {
                throw new IllegalStateException("It is broken.");
            }
            return "done";
        });
        hub.registry.orchestrator("Child", () -> context -> {
            context.waitForExternalEvent("go").await();
            return " by the child";
        });
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private static Task<String> child(OrchestrationContext context) {
        return context.callSubOrchestrator("Child", null, CHILD, String.class);
    }

    private RuntimeStatus status(String id) {
        return hub.client.status(id, false).orElseThrow().status();
    }

    private void assertCompleted() {
        assertThat(status(PARENT)).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(hub.client.status(PARENT, false).orElseThrow().output()).isEqualTo("\"done by the child\"");
    }

    private void startParent() {
        hub.registry.orchestrator("Parent", () -> context -> {
            Task<String> slow = child(context);
            return context.callActivity("Do", null, String.class).await() + slow.await();
        });
        hub.client.start(new StartRequest("Parent", PARENT, null));
        hub.drain(hub.worker());
    }

    private JournalRow loseTheJournal() {
        JournalRow first = hub.instances.load(PARENT).journal().get(0);
        write(new RowChange.DeleteJournal(first.key(), first.number()));
        return first;
    }

    private void write(RowChange change) {
        assertThat(hub.instances.write(PARENT, List.of(change))).isInstanceOf(WriteOutcome.Written.class);
    }

    private void rewind() {
        assertThat(hub.client.rewind(PARENT, null)).isInstanceOf(Rewound.class);
    }

    /** Its owner, which has told nobody, is about to let it go, and will tell nobody any more. */
    @Test
    void childThatHasEndedAndIsAboutToBeReleasedIsNotWaitedForInVain() {
        startParent();
        assertThat(status(PARENT)).isEqualTo(RuntimeStatus.FAILED);
        broken.set(false);
        hub.client.raiseEvent(CHILD, "go", null, null);
        Engine other = hub.worker();
        AtomicBoolean rewound = new AtomicBoolean();
        hub.drain(hub.worker(instances -> new Watched(instances, () -> {
            if (rewound.compareAndSet(false, true)) {
                rewind();
                hub.drainNow(other);
            }
        })));
        hub.drain(hub.worker());
        assertThat(rewound).isTrue();
        assertCompleted();
    }

    /** That its journal could not be read does not make the parent forget what it has sent. */
    @Test
    void childWhoseEndCameWhileTheJournalOfTheParentWasLostIsFoundOut() {
        broken.set(false);
        startParent();
        JournalRow lost = loseTheJournal();
        hub.client.suspend(PARENT, null);
        hub.drain(hub.worker());
        assertThat(status(PARENT)).isEqualTo(RuntimeStatus.FAILED);
        hub.client.raiseEvent(CHILD, "go", null, null);
        hub.drain(hub.worker());
        assertThat(status(CHILD)).isEqualTo(RuntimeStatus.COMPLETED);
        write(new RowChange.InsertJournal(lost));
        rewind();
        hub.drain(hub.worker());
        assertCompleted();
    }

    @Test
    void parentWhoseJournalIsLostIsTerminatedAllTheSame() {
        broken.set(false);
        startParent();
        loseTheJournal();
        hub.client.terminate(PARENT, "enough");
        hub.drain(hub.worker());
        assertThat(status(PARENT)).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(hub.instances.load(PARENT).inbox()).isEmpty();
    }

    /** Does something before a write that lets a child go which has ended. */
    private static final class Watched extends ForwardingInstanceStore {
        private final Runnable before;

        Watched(InstanceStore store, Runnable before) {
            super(store);
            this.before = before;
        }

        @Override
        public WriteOutcome write(String instanceId, List<RowChange> changes) {
            boolean releases = changes.get(0) instanceof RowChange.ReplaceInstance replace
                    && replace.row().parent() != null
                    && replace.row().status().isTerminal()
                    && replace.row().ownership().owner() == null;
            if (releases) {
                before.run();
            }
            return super.write(instanceId, changes);
        }
    }
}
