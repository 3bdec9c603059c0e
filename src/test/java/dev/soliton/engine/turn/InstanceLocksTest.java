package dev.soliton.engine.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.runtime.SharingLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may run beside whom in one process. */
final class InstanceLocksTest {
    private static final int ALONE = 1;
    private static final Duration HOLD = SharingLimits.DEFAULT.hold();
    private static final Duration REST = SharingLimits.DEFAULT.rest();
    private static final Duration PATIENCE = SharingLimits.DEFAULT.patience();

    private Duration elapsed = Duration.ofHours(-1);
    private final InstanceLocks locks = new InstanceLocks(() -> elapsed, SharingLimits.DEFAULT);

    private InstanceLocks.Lock enter(String instance) {
        return locks.tryLock(instance).orElseThrow();
    }

    private InstanceLocks.Lock enterSuspect(String instance, int company) {
        return locks.tryLockSuspect(instance, company).orElseThrow();
    }

    private void pass(Duration time) {
        elapsed = elapsed.plus(time);
    }

    @Test
    void instanceIsEnteredOnceAtATime() {
        InstanceLocks.Lock lock = enter("x");
        assertThat(locks.tryLock("x")).isEmpty();
        assertThat(locks.tryLock("y")).isPresent();
        lock.unlock();
        assertThat(locks.tryLock("x")).isPresent();
    }

    @Test
    void suspectBeginsAloneWhereNothingIsAtWorkOnceOthersMakeWayForAMoment() {
        InstanceLocks.Lock other = enter("other");
        assertThat(locks.tryLockSuspect("suspect", ALONE)).isEmpty();
        // What is at work comes to its end, and nothing new begins.
        assertThat(locks.tryLock("another")).isEmpty();
        other.unlock();
        InstanceLocks.Lock suspect = enterSuspect("suspect", ALONE);
        assertThat(suspect.isShared()).isFalse();
        assertThat(locks.tryLock("another")).isEmpty();
        assertThat(locks.tryLockSuspect("second suspect", ALONE)).isEmpty();
        suspect.unlock();
        assertThat(locks.tryLockSuspect("second suspect", ALONE)).isPresent();
    }

    @Test
    void othersWaitForSuspectsForATenthOfTheTimeAtMost() {
        enter("long");
        Duration held = Duration.ZERO;
        Duration step = Duration.ofMillis(500);
        for (Duration time = Duration.ZERO; time.compareTo(PATIENCE) < 0; time = time.plus(step)) {
            locks.tryLockSuspect("suspect", ALONE);
            held = locks.wait("another") == null ? held : held.plus(step);
            pass(step);
        }
        assertThat(held).isBetween(HOLD, HOLD.multipliedBy(2));
    }

    @Test
    void suspectThatWaitedForLongBeginsBesideWhatIsAtWorkAndKeepsNobodyOut() {
        enter("long");
        assertThat(locks.tryLockSuspect("suspect", ALONE)).isEmpty();
        pass(PATIENCE.minusSeconds(1));
        assertThat(locks.tryLockSuspect("suspect", ALONE)).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(enterSuspect("suspect", ALONE).isShared()).isTrue();
        pass(HOLD);
        assertThat(locks.tryLock("another")).isPresent();
    }

    @Test
    void suspectThatDoesNotComeBackHoldsUpNobodyForLong() {
        InstanceLocks.Lock other = enter("other");
        assertThat(locks.tryLockSuspect("suspect", ALONE)).isEmpty();
        other.unlock();
        assertThat(locks.tryLock("another")).isEmpty();
        pass(HOLD);
        assertThat(locks.tryLock("another")).isPresent();
    }

    @Test
    void suspectThatIsAloneSharesAfterTheHoldAndOthersBeginOnceItIsWritten() {
        InstanceLocks.Lock suspect = enterSuspect("suspect", ALONE);
        List<String> changes = new ArrayList<>();
        suspect.serves(() -> changes.add("changed"), () -> {}, (worker, execution) -> true);
        pass(REST);
        assertThat(locks.wait("another")).isEqualTo(HOLD);
        assertThat(suspect.isToShare()).isFalse();
        pass(HOLD);
        assertThat(locks.wait("another")).isPositive();
        assertThat(suspect.isToShare()).isTrue();
        locks.wait("another");
        assertThat(changes).hasSize(1);
        suspect.shares();
        assertThat(locks.tryLock("another")).isPresent();
        assertThat(suspect.isShared()).isTrue();
    }

    @Test
    void suspectThatIsAloneAndCannotWriteHoldsUpOthersForTenSecondsAtMost() {
        enterSuspect("suspect", ALONE);
        assertThat(locks.wait("another")).isNotNull();
        pass(Duration.ofSeconds(10));
        assertThat(locks.tryLock("another")).isPresent();
    }

    @Test
    void secondSuspectInARowFindsThatOthersHaveWaitedEnough() {
        InstanceLocks.Lock first = enterSuspect("first", ALONE);
        assertThat(locks.wait("another")).isEqualTo(HOLD);
        first.unlock();
        InstanceLocks.Lock second = enterSuspect("second", ALONE);
        locks.wait("another");
        assertThat(second.isToShare()).isTrue();
    }

    @Test
    void suspectThatIsClearedIsAloneNoMore() {
        InstanceLocks.Lock suspect = enterSuspect("suspect", ALONE);
        assertThat(locks.wait("another")).isNotNull();
        suspect.isCleared();
        assertThat(locks.tryLock("another")).isPresent();
        assertThat(locks.tryLockSuspect("second suspect", 2)).isPresent();
    }

    @Test
    void suspectsOfTheFirstTimeRunBesideWhatThereIsAndSomeOfThemAtATime() {
        enter("other");
        enterSuspect("first", 4);
        assertThat(locks.tryLock("another")).isPresent();
        enterSuspect("second", 3);
        enterSuspect("third", 4);
        // One of those that are here is to be with two others at most.
        assertThat(locks.tryLockSuspect("fourth", 8)).isEmpty();
    }

    @Test
    void suspectThatWaitsForOthersKeepsItsPlaceBeforeThoseThatComeLater() {
        InstanceLocks.Lock first = enterSuspect("first", 8);
        assertThat(locks.tryLockSuspect("second", ALONE)).isEmpty();
        assertThat(locks.tryLockSuspect("third", 8)).isEmpty();
        first.unlock();
        assertThat(locks.tryLockSuspect("third", 8)).isEmpty();
        assertThat(locks.tryLockSuspect("second", ALONE)).isPresent();
    }

    @Test
    void placeOfASuspectThatStaysAwayIsGivenToTheNext() {
        InstanceLocks.Lock first = enterSuspect("first", 8);
        assertThat(locks.tryLockSuspect("second", ALONE)).isEmpty();
        first.unlock();
        pass(Duration.ofSeconds(15));
        assertThat(locks.tryLockSuspect("third", 8)).isPresent();
    }

    @Test
    void moreMessagesOfARunningSuspectKeepNobodyOutAfterwards() {
        InstanceLocks.Lock suspect = enterSuspect("suspect", ALONE);
        assertThat(locks.tryLockSuspect("suspect", ALONE)).isEmpty();
        suspect.unlock();
        assertThat(locks.tryLock("another")).isPresent();
    }
}
