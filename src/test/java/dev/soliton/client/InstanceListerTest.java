package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payload;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of instances, part by part, while the instances change. */
final class InstanceListerTest {
    private static final InstanceFilter ENDED = new InstanceFilter(Set.of(RuntimeStatus.COMPLETED), null, null, "");

    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    private void begin(int count) {
        IntStream.range(0, count).forEach(i -> hub.begin("x" + i, "e" + i));
    }

    private static List<String> ids(InstancePage page) {
        return page.instances().stream().map(Instance::instanceId).toList();
    }

    @Test
    void partsMakeTheWholeList() {
        begin(5);
        List<String> all = new ArrayList<>();
        String continuation = null;
        do {
            InstancePage page = client.list(InstanceFilter.ALL, 2, true, continuation);
            assertThat(page.instances()).hasSizeLessThanOrEqualTo(2);
            all.addAll(ids(page));
            continuation = page.continuation();
        } while (continuation != null);
        assertThat(all).containsExactly("x0", "x1", "x2", "x3", "x4");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void instanceIsListedAsItsStatusShowsIt(boolean withInput) {
        begin(1);
        hub.become("x0", RuntimeStatus.COMPLETED);
        assertThat(client.list(InstanceFilter.ALL, 10, withInput, null).instances())
                .containsExactly(client.status("x0", withInput).orElseThrow());
    }

    @Test
    void partIsPutTogetherFromManyPagesIfTheyHaveLittle() {
        begin(6);
        hub.become("x4", RuntimeStatus.COMPLETED);
        hub.catalog.seeAtOnce(1);
        assertThat(client.list(ENDED, 10, true, null)).satisfies(page -> {
            assertThat(ids(page)).containsExactly("x4");
            assertThat(page.continuation()).isNull();
        });
    }

    @Test
    void partEndsWhenItTakesTooLongAndSaysWhereTheListGoesOn() {
        begin(6);
        hub.become("x4", RuntimeStatus.COMPLETED);
        hub.catalog.seeAtOnce(2);
        hub.catalog.beforePages(
                () -> hub.clock.advance(InstanceLister.PATIENCE.dividedBy(2).plus(Duration.ofNanos(1))));
        InstancePage first = client.list(ENDED, 10, true, null);
        assertThat(first.instances()).isEmpty();
        InstancePage second = client.list(ENDED, 10, true, first.continuation());
        assertThat(ids(second)).containsExactly("x4");
        assertThat(second.continuation()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@a", "a/", "a\u0000", "a\u2028", "a\ud800"})
    void prefixThatNoIdHasFindsNothingWithoutARequest(String prefix) {
        hub.catalog.beforePages(() -> {
            throw new AssertionError("It was asked.");
        });
        assertThat(client.list(new InstanceFilter(Set.of(), null, null, prefix), 10, true, null))
                .isEqualTo(new InstancePage(List.of(), null));
    }

    private void keepApart(String instanceId, @Nullable Payload output) {
        Versioned<InstanceRow> found = hub.rows.findRow(instanceId).orElseThrow();
        InstanceRow row = found.row();
        hub.rows.write(
                instanceId,
                List.of(new RowChange.ReplaceInstance(
                        row.changed(
                                row.status(),
                                row.ownership(),
                                row.values().withOutcome(output, null),
                                row.updatedAt(),
                                "c"),
                        found.etag())));
    }

    @Test
    void instanceWhoseValueIsGoneDoesNotHideTheOthers() {
        begin(2);
        keepApart("x0", new Payload.Stored("gone"));
        assertThat(client.list(InstanceFilter.ALL, 10, true, null).instances())
                .satisfiesExactly(
                        broken -> assertThat(broken.reason()).contains("'gone'"),
                        whole -> assertThat(whole.input()).isEqualTo("\"input\""));
    }

    /** Four times the room that there is. */
    private void beginLong() {
        begin(8);
        for (int i = 0; i < 8; i++) {
            String id = "x" + i;
            keepApart(id, hub.storage.payloads().saveOwn(id, "e" + i, "o".repeat((int) AnswerBudget.MAX_LENGTH / 2)));
        }
    }

    @Test
    void pageEndsWithTheInstanceThatFillsItAndTheListGoesOnAfterThat() {
        beginLong();
        List<String> all = new ArrayList<>();
        String continuation = null;
        do {
            InstancePage page = client.list(InstanceFilter.ALL, 100, true, continuation);
            assertThat(page.instances()).hasSizeLessThanOrEqualTo(2);
            all.addAll(ids(page));
            continuation = page.continuation();
        } while (continuation != null);
        assertThat(all).containsExactly("x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7");
    }

    @Test
    void outputsThatAreNotWantedTakeNoRoomAndAreNotFetched() {
        beginLong();
        keepApart("x3", new Payload.Stored("gone"));
        InstancePage page = client.list(InstanceFilter.ALL, 100, true, false, null);
        assertThat(page.instances()).hasSize(8).allSatisfy(instance -> {
            assertThat(instance.output()).isNull();
            assertThat(instance.reason()).isNull();
        });
    }

    @Test
    void sortedListWhoseValuesAreTooLongIsRefusedAndGivenWithoutThem() {
        beginLong();
        assertThatExceptionOfType(ListTooLongException.class)
                .isThrownBy(() -> client.list(InstanceFilter.ALL, InstanceOrder.CREATED, 100, true, true))
                .withMessageContaining("showOutput=false");
        assertThat(client.list(InstanceFilter.ALL, InstanceOrder.CREATED, 2, true, true))
                .hasSize(2);
        assertThat(client.list(InstanceFilter.ALL, InstanceOrder.CREATED, 100, true, false))
                .hasSize(8)
                .allSatisfy(instance -> assertThat(instance.output()).isNull());
    }

    @Test
    void partEndsInTheMiddleOfAPageWhenItsValuesTakeTooLong() {
        begin(3);
        keepApart("x0", new Payload.Stored("gone"));
        hub.store.beforeNext("find", () -> hub.clock.advance(InstanceLister.PATIENCE));
        InstancePage first = client.list(InstanceFilter.ALL, 100, true, null);
        assertThat(ids(first)).containsExactly("x0");
        assertThat(ids(client.list(InstanceFilter.ALL, 100, true, first.continuation())))
                .containsExactly("x1", "x2");
    }

    @Test
    void instanceThatChangedWhileItWasListedIsReadAgain() {
        begin(1);
        hub.become("x0", RuntimeStatus.COMPLETED);
        keepApart("x0", new Payload.Stored("gone"));
        hub.store.beforeNext("find", () -> keepApart("x0", new Payload.Inline("\"new\"")));
        assertThat(client.list(ENDED, 10, true, null).instances())
                .singleElement()
                .satisfies(instance -> assertThat(instance.output()).isEqualTo("\"new\""));
        keepApart("x0", new Payload.Stored("gone"));
        hub.store.beforeNext("find", () -> hub.rows.purge("x0"));
        assertThat(client.list(ENDED, 10, true, null).instances()).isEmpty();
    }

    @Test
    void statusOfAnInstanceThatWentOnMeanwhileIsReadAgain() {
        begin(1);
        keepApart("x0", new Payload.Stored("gone"));
        hub.store.beforeNext("find", () -> hub.store.beforeNext("find", () -> keepApart("x0", null)));
        assertThat(client.status("x0", true).orElseThrow().output()).isNull();
        assertThat(hub.store.calls()).containsExactly("find", "find");
    }
}
