package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.UnreadableRowException;
import java.time.Duration;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ended long ago goes by itself, and nothing else does. */
final class RetentionTest {
    private static final Duration AGE = Duration.ofDays(30);
    private static final Logger LOGGER = Logger.getAnonymousLogger();

    private final ClientFixture hub = new ClientFixture();
    private final Retention retention = new Retention(hub.storage, hub.catalog, hub.clock, hub.waits, AGE);

    private int purgeSome() {
        return retention.purgeSome(LOGGER);
    }

    private void ended(String id, RuntimeStatus status) {
        hub.begin(id, "e-" + id);
        hub.become(id, status);
    }

    private List<String> left() {
        return hub.rows.instances().stream().map(row -> row.key().instanceId()).toList();
    }

    @ParameterizedTest
    @EnumSource
    void onlyEndedInstancesArePurgedAndNotBeforeTheirTime(RuntimeStatus status) {
        hub.begin("x", "e1");
        if (status != RuntimeStatus.PENDING) {
            hub.become("x", status);
        }
        hub.clock.advance(AGE);
        assertThat(purgeSome()).isZero();
        hub.clock.advance(Retention.ROUND);
        assertThat(purgeSome()).isEqualTo(status.isTerminal() ? 1 : 0);
        assertThat(hub.rows.findRow("x").isPresent()).isEqualTo(!status.isTerminal());
        assertThat(hub.rows.remnants("x")).isEmpty();
    }

    /** It began long ago, and has ended just now. */
    @Test
    void ageCountsFromTheEndAndNotFromTheStart() {
        hub.begin("x", "e1");
        hub.clock.advance(AGE.multipliedBy(2));
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(purgeSome()).isZero();
        assertThat(left()).containsExactly("x");
    }

    @Test
    void childWhoseParentWasNotNotifiedStays() {
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.COMPLETED);
        hub.own("x", "worker");
        hub.clock.advance(AGE.plusDays(1));
        assertThat(purgeSome()).isZero();
        assertThat(left()).containsExactly("x");
    }

    @Test
    void aCallTakesAFewSecondsAndTheNextOneGoesOn() {
        IntStream.range(0, 250).forEach(i -> ended(String.format("x%03d", i), RuntimeStatus.FAILED));
        hub.clock.advance(AGE.plusDays(1));
        hub.catalog.beforePages(() -> hub.clock.advance(Duration.ofSeconds(3)));
        assertThat(purgeSome()).isEqualTo(100);
        hub.catalog.beforePages(() -> hub.clock.advance(Duration.ofSeconds(6)));
        assertThat(purgeSome()).isZero();
        hub.catalog.beforePages(() -> hub.clock.advance(Duration.ofSeconds(4)));
        assertThat(purgeSome()).isEqualTo(100);
        assertThat(purgeSome()).isEqualTo(50);
        assertThat(left()).isEmpty();
    }

    @Test
    void roundsBeginAnHourApart() {
        assertThat(purgeSome()).isZero();
        ended("x", RuntimeStatus.TERMINATED);
        int[] pages = {0};
        hub.catalog.beforePages(() -> pages[0]++);
        for (int minute = 0; minute < 59; minute++) {
            hub.clock.advance(Duration.ofMinutes(1));
            purgeSome();
        }
        assertThat(pages[0]).isZero();
        hub.clock.advance(Duration.ofMinutes(1));
        purgeSome();
        assertThat(pages[0]).isEqualTo(1);
    }

    @Test
    void failureOfTheStorageIsLeftToALaterCall() {
        ended("x", RuntimeStatus.COMPLETED);
        ended("y", RuntimeStatus.COMPLETED);
        hub.clock.advance(AGE.plusDays(1));
        hub.store.plan(Fault.LOST_REQUEST);
        assertThat(purgeSome()).isZero();
        hub.store.plan(Fault.NONE, Fault.LOST_ANSWER);
        assertThat(purgeSome()).isEqualTo(2);
        assertThat(left()).isEmpty();
    }

    @Test
    void instanceThatGoesOnMeanwhileStays() {
        ended("x", RuntimeStatus.FAILED);
        hub.clock.advance(AGE.plusDays(1));
        OrchestrationClient client = hub.client();
        hub.store.beforeNext(
                "find", () -> assertThat(client.rewind("x", null)).isInstanceOf(RewindOutcome.Rewound.class));
        assertThat(purgeSome()).isZero();
        assertThat(left()).containsExactly("x");
    }

    @Test
    void rowThatWasEditedByHandDoesNotKeepTheOthersFromGoing() {
        ended("x", RuntimeStatus.COMPLETED);
        ended("y", RuntimeStatus.COMPLETED);
        hub.clock.advance(AGE.plusDays(1));
        hub.store.beforeNext("find", () -> {
            throw new UnreadableRowException("x", "instance", "it has no proper fence", null);
        });
        assertThat(purgeSome()).isEqualTo(1);
        assertThat(left()).containsExactly("x");
    }
}
