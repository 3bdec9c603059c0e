package dev.soliton.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.runtime.SleepAwareClock.Moment;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which message is dropped for the one that looks again. */
final class BlockedExecutionsTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final WorkMessage WAKE = WorkMessage.wake("actor", "execution", null);

    private Moment now = new Moment(Duration.ZERO);
    private final BlockedExecutions blocked = new BlockedExecutions(() -> now);

    private void pass(Duration time) {
        now = new Moment(now.time().plus(time));
    }

    @Test
    void messageIsDroppedForOneThatWasRequeuedMoreOften() {
        blocked.note(WAKE.again(), now, HALF_A_MINUTE);
        assertThat(blocked.hasLaterRecheck(WAKE)).isTrue();
        assertThat(blocked.hasLaterRecheck(WorkMessage.wake("other", "execution", null)))
                .isFalse();
    }

    /** However early it is delivered. */
    @Test
    void messageOfTheRecheckIsNotDroppedForItself() {
        WorkMessage itself = WAKE.again().again();
        blocked.note(itself, now, HALF_A_MINUTE);
        assertThat(blocked.hasLaterRecheck(itself)).isFalse();
        assertThat(blocked.hasLaterRecheck(itself.again())).isFalse();
        assertThat(blocked.hasLaterRecheck(WAKE.again())).isTrue();
    }

    /** Another process may have taken it, and have seen to what it was for. */
    @Test
    void messageThatShouldHaveComeIsReliedOnNoMore() {
        blocked.note(WAKE.again(), now, HALF_A_MINUTE);
        pass(HALF_A_MINUTE);
        assertThat(blocked.hasLaterRecheck(WAKE)).isFalse();
    }

    /** The queue counts in whole seconds, and by a clock of its own. */
    @Test
    void messageThatMayComeAnyMomentIsReliedOnNoMore() {
        blocked.note(WAKE.again(), now, HALF_A_MINUTE);
        pass(Duration.ofMillis(28_001));
        assertThat(blocked.hasLaterRecheck(WAKE)).isFalse();
    }

    @Test
    void messageThatReplacesALaterOneMakesThatOneSuperfluous() {
        WorkMessage first = WAKE.again().again().again();
        blocked.note(first, now, HALF_A_MINUTE);
        pass(HALF_A_MINUTE);
        WorkMessage second = blocked.successor(WAKE).again();
        blocked.note(second, now, HALF_A_MINUTE);
        assertThat(blocked.hasLaterRecheck(first)).isTrue();
        assertThat(blocked.hasLaterRecheck(second)).isFalse();
    }

    @Test
    void executionThatIsBlockedAgainAfterAWhileIsRequeuedWithTheFirstDelay() {
        blocked.note(WAKE.again().again(), now, HALF_A_MINUTE);
        pass(Duration.ofHours(1));
        assertThat(blocked.successor(WAKE)).isEqualTo(WAKE);
    }
}
