package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may run beside whom in one process. */
final class BusyInstancesTest {
    private static final int ALONE = 1;
    private static final Duration HOLD = Sharing.DEFAULT.hold();
    private static final Duration REST = Sharing.DEFAULT.rest();
    private static final Duration PATIENCE = Sharing.DEFAULT.patience();

    private Duration elapsed = Duration.ofHours(-1);
    private final BusyInstances busy = new BusyInstances(() -> elapsed, Sharing.DEFAULT);

    private BusyInstances.Entry enter(String instance) {
        return busy.tryEnter(instance).orElseThrow();
    }

    private BusyInstances.Entry enterSuspect(String instance, int company) {
        return busy.tryEnterSuspect(instance, company).orElseThrow();
    }

    private void pass(Duration time) {
        elapsed = elapsed.plus(time);
    }

    @Test
    void instanceIsEnteredOnceAtATime() {
        BusyInstances.Entry entry = enter("x");
        assertThat(busy.tryEnter("x")).isEmpty();
        assertThat(busy.tryEnter("y")).isPresent();
        entry.leave();
        assertThat(busy.tryEnter("x")).isPresent();
    }

    @Test
    void suspectBeginsAloneWhereNothingIsAtWorkOnceOthersMakeWayForAMoment() {
        BusyInstances.Entry other = enter("other");
        assertThat(busy.tryEnterSuspect("suspect", ALONE)).isEmpty();
        // What is at work comes to its end, and nothing new begins.
        assertThat(busy.tryEnter("another")).isEmpty();
        other.leave();
        BusyInstances.Entry suspect = enterSuspect("suspect", ALONE);
        assertThat(suspect.isShared()).isFalse();
        assertThat(busy.tryEnter("another")).isEmpty();
        assertThat(busy.tryEnterSuspect("second suspect", ALONE)).isEmpty();
        suspect.leave();
        assertThat(busy.tryEnterSuspect("second suspect", ALONE)).isPresent();
    }

    @Test
    void othersWaitForOneThatIsToBeAloneForATenthOfTheTimeAtMost() {
        enter("long");
        Duration held = Duration.ZERO;
        Duration step = Duration.ofMillis(500);
        for (Duration time = Duration.ZERO; time.compareTo(PATIENCE) < 0; time = time.plus(step)) {
            busy.tryEnterSuspect("suspect", ALONE);
            held = busy.wait("another") == null ? held : held.plus(step);
            pass(step);
        }
        assertThat(held).isBetween(HOLD, HOLD.multipliedBy(2));
    }

    @Test
    void suspectThatWaitedForLongBeginsBesideWhatIsAtWorkAndKeepsNobodyOut() {
        enter("long");
        assertThat(busy.tryEnterSuspect("suspect", ALONE)).isEmpty();
        pass(PATIENCE.minusSeconds(1));
        assertThat(busy.tryEnterSuspect("suspect", ALONE)).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(enterSuspect("suspect", ALONE).isShared()).isTrue();
        pass(HOLD);
        assertThat(busy.tryEnter("another")).isPresent();
    }

    @Test
    void suspectThatDoesNotComeBackHoldsUpNobodyForLong() {
        BusyInstances.Entry other = enter("other");
        assertThat(busy.tryEnterSuspect("suspect", ALONE)).isEmpty();
        other.leave();
        assertThat(busy.tryEnter("another")).isEmpty();
        pass(HOLD);
        assertThat(busy.tryEnter("another")).isPresent();
    }

    @Test
    void oneThatIsAloneIsToldToShareWhenOthersHaveWaitedAndTheyBeginOnceItHasWrittenThatDown() {
        BusyInstances.Entry suspect = enterSuspect("suspect", ALONE);
        List<String> knocks = new ArrayList<>();
        suspect.serves(() -> knocks.add("knock"), () -> {}, (worker, execution) -> true);
        pass(REST);
        assertThat(busy.wait("another")).isEqualTo(HOLD);
        assertThat(suspect.isToShare()).isFalse();
        pass(HOLD);
        assertThat(busy.wait("another")).isPositive();
        assertThat(suspect.isToShare()).isTrue();
        busy.wait("another");
        assertThat(knocks).hasSize(1);
        suspect.shares();
        assertThat(busy.tryEnter("another")).isPresent();
        assertThat(suspect.isShared()).isTrue();
    }

    @Test
    void oneThatIsAloneAndDoesNotGetToWriteHoldsUpOthersForTenSecondsAtMost() {
        enterSuspect("suspect", ALONE);
        assertThat(busy.wait("another")).isNotNull();
        pass(Duration.ofSeconds(10));
        assertThat(busy.tryEnter("another")).isPresent();
    }

    @Test
    void secondSuspectInARowFindsThatOthersHaveWaitedEnough() {
        BusyInstances.Entry first = enterSuspect("first", ALONE);
        assertThat(busy.wait("another")).isEqualTo(HOLD);
        first.leave();
        BusyInstances.Entry second = enterSuspect("second", ALONE);
        busy.wait("another");
        assertThat(second.isToShare()).isTrue();
    }

    @Test
    void oneThatIsClearedIsAloneNoMore() {
        BusyInstances.Entry suspect = enterSuspect("suspect", ALONE);
        assertThat(busy.wait("another")).isNotNull();
        suspect.isCleared();
        assertThat(busy.tryEnter("another")).isPresent();
        assertThat(busy.tryEnterSuspect("second suspect", 2)).isPresent();
    }

    @Test
    void suspectsOfTheFirstTimeRunBesideWhatThereIsAndSomeOfThemAtATime() {
        enter("other");
        enterSuspect("first", 4);
        assertThat(busy.tryEnter("another")).isPresent();
        enterSuspect("second", 3);
        enterSuspect("third", 4);
        // One of those that are here is to be with two others at most.
        assertThat(busy.tryEnterSuspect("fourth", 8)).isEmpty();
    }

    @Test
    void suspectThatWaitsForOthersKeepsItsPlaceBeforeThoseThatComeLater() {
        BusyInstances.Entry first = enterSuspect("first", 8);
        assertThat(busy.tryEnterSuspect("second", ALONE)).isEmpty();
        assertThat(busy.tryEnterSuspect("third", 8)).isEmpty();
        first.leave();
        assertThat(busy.tryEnterSuspect("third", 8)).isEmpty();
        assertThat(busy.tryEnterSuspect("second", ALONE)).isPresent();
    }

    @Test
    void placeOfASuspectThatStaysAwayIsGivenToTheNext() {
        BusyInstances.Entry first = enterSuspect("first", 8);
        assertThat(busy.tryEnterSuspect("second", ALONE)).isEmpty();
        first.leave();
        pass(Duration.ofSeconds(15));
        assertThat(busy.tryEnterSuspect("third", 8)).isPresent();
    }

    @Test
    void furtherMessagesOfASuspectThatRunsKeepNobodyOutAfterwards() {
        BusyInstances.Entry suspect = enterSuspect("suspect", ALONE);
        assertThat(busy.tryEnterSuspect("suspect", ALONE)).isEmpty();
        suspect.leave();
        assertThat(busy.tryEnter("another")).isPresent();
    }
}
