package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.client.PurgeOutcome.NotFinished;
import dev.soliton.client.PurgeOutcome.NotFound;
import dev.soliton.client.PurgeOutcome.Purged;
import dev.soliton.orchestration.ParentInstance;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.ParentTask;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Instances and those that they called: who calls whom is seen, looked for and purged together. */
final class RecursivePurgeTest {
    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();
    private final List<PurgeSummary> summaries = new ArrayList<>();

    private void begin(String instanceId, @Nullable String parent) {
        ExecutionKey key = new ExecutionKey(instanceId, "e-" + instanceId, 0);
        ParentTask task = parent == null ? null : new ParentTask(new ExecutionKey(parent, "e-" + parent, 0), 1);
        hub.write(
                instanceId,
                new RowChange.InsertInstance(
                        InstanceRow.pending(key, "Job", task, null, hub.clock.instant(), "write-" + instanceId)),
                new RowChange.InsertGate(new Gate("e-" + instanceId, false)));
        hub.clock.advance(Duration.ofSeconds(1));
    }

    private void ended(String instanceId, @Nullable String parent) {
        begin(instanceId, parent);
        hub.become(instanceId, RuntimeStatus.COMPLETED);
    }

    private List<String> left() {
        return hub.rows.instances().stream().map(row -> row.key().instanceId()).toList();
    }

    private PurgeOutcome purge(String instanceId) {
        return client.purgeWithChildren(instanceId, summaries::add);
    }

    @Test
    void familyThatHasEndedGoesWithItsHeadAndNobodyElseDoes() {
        ended("head", null);
        ended("child 1", "head");
        ended("child 2", "head");
        ended("grandchild", "child 2");
        ended("other", null);
        ended("child of other", "other");
        assertThat(purge("head")).isInstanceOf(Purged.class);
        assertThat(left()).containsExactlyInAnyOrder("other", "child of other");
        assertThat(summaries).containsExactly(new PurgeSummary(4, true));
    }

    @Test
    void manyChildrenAreFoundToo() {
        ended("head", null);
        for (int i = 0; i < 30; i++) {
            ended("child " + i, "head");
            ended("grandchild " + i, "child " + i);
        }
        assertThat(purge("head")).isInstanceOf(Purged.class);
        assertThat(left()).isEmpty();
        assertThat(summaries).containsExactly(new PurgeSummary(61, true));
    }

    @Test
    void childThatHasNotEndedStays() {
        ended("head", null);
        begin("lives", "head");
        ended("below it", "lives");
        assertThat(purge("head")).isInstanceOf(Purged.class);
        assertThat(left()).containsExactly("lives");
    }

    @Test
    void nothingGoesWithAHeadThatHasNotEndedOrIsNotThere() {
        begin("head", null);
        ended("child", "head");
        assertThat(purge("head")).isInstanceOf(NotFinished.class);
        assertThat(purge("nobody")).isInstanceOf(NotFound.class);
        assertThat(left()).containsExactlyInAnyOrder("head", "child");
    }

    /** Somebody purged it since it was seen, and started it anew. */
    @Test
    void childThatIsNobodysByNowStays() {
        ended("head", null);
        ended("child", "head");
        int[] pages = {0};
        hub.catalog.beforePages(() -> {
            if (pages[0]++ == 1) {
                client.purge("child");
                ended("child", null);
            }
        });
        assertThat(purge("head")).isInstanceOf(Purged.class);
        assertThat(left()).containsExactly("child");
    }

    @Test
    void headStaysWhereThereWasNoTimeForItsChildren() {
        ended("head", null);
        ended("child", "head");
        hub.catalog.beforePages(() -> hub.clock.advance(Duration.ofMinutes(3)));
        assertThat(purge("head")).isInstanceOf(Purged.class);
        assertThat(summaries).containsExactly(new PurgeSummary(0, false));
        assertThat(left()).contains("head");
        hub.catalog.beforePages(() -> {});
        purge("head");
        assertThat(left()).isEmpty();
    }

    @Test
    void childShowsItsParentAndIsFoundByIt() {
        begin("head", null);
        begin("child", "head");
        InstanceFilter ofHead = new InstanceFilter(Set.of(), null, null, "", null, null, null, null, Set.of("head"));
        List<Instance> found = client.list(ofHead, 10, true, null).instances();
        assertThat(found).extracting(Instance::instanceId).containsExactly("child");
        assertThat(found.get(0).parent()).isEqualTo(new ParentInstance("head", "e-head"));
        assertThat(client.status("child", true)).contains(found.get(0));
        assertThat(client.status("head", true).orElseThrow().parent()).isNull();
    }

    @Test
    void listInAnOrderOfTimeBeginsWithTheFirstOfAll() {
        for (String id : List.of("b", "d", "a", "c")) {
            begin(id, null);
        }
        hub.become("d", RuntimeStatus.RUNNING);
        hub.catalog.seeAtOnce(1);
        assertThat(ids(InstanceOrder.CREATED, 10)).containsExactly("b", "d", "a", "c");
        assertThat(ids(InstanceOrder.CREATED, 2)).containsExactly("b", "d");
        assertThat(ids(InstanceOrder.CREATED_LAST, 2)).containsExactly("c", "a");
        assertThat(ids(InstanceOrder.UPDATED, 3)).containsExactly("b", "a", "c");
        assertThat(ids(InstanceOrder.UPDATED_LAST, 1)).containsExactly("d");
    }

    private List<String> ids(InstanceOrder order, int top) {
        return client.list(InstanceFilter.ALL, order, top, false, false).stream()
                .map(Instance::instanceId)
                .toList();
    }

    @Test
    void listThatCannotBePutInOrderInTimeIsRefused() {
        begin("a", null);
        begin("b", null);
        hub.catalog.seeAtOnce(1);
        hub.catalog.beforePages(() -> hub.clock.advance(Duration.ofSeconds(16)));
        assertThatExceptionOfType(ListTooLongException.class)
                .isThrownBy(() -> client.list(InstanceFilter.ALL, InstanceOrder.CREATED, 10, false, false))
                .withMessageContaining("Narrow");
    }

    @Test
    void filtersByNameAndByTheTimeOfTheLastChange() {
        begin("a", null);
        begin("b", null);
        hub.become("a", RuntimeStatus.RUNNING);
        var after = new InstanceFilter(Set.of(), null, null, "", null, hub.clock.instant(), "Job", null, Set.of());
        var before = new InstanceFilter(Set.of(), null, null, "", hub.clock.instant(), null, "Job", null, Set.of());
        var others = new InstanceFilter(Set.of(), null, null, "", null, null, "job", null, Set.of());
        assertThat(client.list(after, 10, false, null).instances())
                .extracting(Instance::instanceId)
                .containsExactly("a");
        assertThat(client.list(before, 10, false, null).instances())
                .extracting(Instance::instanceId)
                .containsExactly("b");
        assertThat(client.list(others, 10, false, null).instances()).isEmpty();
    }
}
