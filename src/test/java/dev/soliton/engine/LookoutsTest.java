package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.SleepAwareClock.Moment;
import dev.soliton.instance.WorkMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which message is dropped for the one that looks again. */
final class LookoutsTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final WorkMessage WAKE = WorkMessage.wake("actor", "execution", null);

    private Moment now = new Moment(Duration.ZERO);
    private final Lookouts lookouts = new Lookouts(() -> now);

    private void pass(Duration time) {
        now = new Moment(now.time().plus(time));
    }

    @Test
    void messageIsDroppedForOneThatWasPutBackMoreOften() {
        lookouts.note(WAKE.again(), now, HALF_A_MINUTE);
        assertThat(lookouts.isAnotherOnItsWay(WAKE)).isTrue();
        assertThat(lookouts.isAnotherOnItsWay(WorkMessage.wake("other", "execution", null)))
                .isFalse();
    }

    /** However early it is delivered. */
    @Test
    void messageThatLooksAgainIsNotDroppedForItself() {
        WorkMessage itself = WAKE.again().again();
        lookouts.note(itself, now, HALF_A_MINUTE);
        assertThat(lookouts.isAnotherOnItsWay(itself)).isFalse();
        assertThat(lookouts.isAnotherOnItsWay(itself.again())).isFalse();
        assertThat(lookouts.isAnotherOnItsWay(WAKE.again())).isTrue();
    }

    /** Another process may have taken it, and have seen to what it was for. */
    @Test
    void messageThatShouldHaveComeIsReliedOnNoMore() {
        lookouts.note(WAKE.again(), now, HALF_A_MINUTE);
        pass(HALF_A_MINUTE);
        assertThat(lookouts.isAnotherOnItsWay(WAKE)).isFalse();
    }

    /** The queue counts in whole seconds, and by a clock of its own. */
    @Test
    void messageThatMayComeAnyMomentIsReliedOnNoMore() {
        lookouts.note(WAKE.again(), now, HALF_A_MINUTE);
        pass(Duration.ofMillis(28_001));
        assertThat(lookouts.isAnotherOnItsWay(WAKE)).isFalse();
    }

    @Test
    void messageThatIsPutInThePlaceOfOneThatIsToComeYetMakesThatOneSuperfluous() {
        WorkMessage first = WAKE.again().again().again();
        lookouts.note(first, now, HALF_A_MINUTE);
        pass(HALF_A_MINUTE);
        WorkMessage second = lookouts.successor(WAKE).again();
        lookouts.note(second, now, HALF_A_MINUTE);
        assertThat(lookouts.isAnotherOnItsWay(first)).isTrue();
        assertThat(lookouts.isAnotherOnItsWay(second)).isFalse();
    }

    @Test
    void messageOfOneThatWaitsForTheFirstTimeInAWhileIsPutBackFromTheBeginning() {
        lookouts.note(WAKE.again().again(), now, HALF_A_MINUTE);
        pass(Duration.ofHours(1));
        assertThat(lookouts.successor(WAKE)).isEqualTo(WAKE);
    }
}
