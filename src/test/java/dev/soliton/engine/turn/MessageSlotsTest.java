package dev.soliton.engine.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.runtime.SharingLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which messages are answered before their turns are over. */
final class MessageSlotsTest {
    private static final Duration START = Duration.ofHours(-1);
    private static final Duration SOON = START.plusSeconds(1);
    private static final Duration LATER = START.plusSeconds(2);

    private final List<String> answered = new ArrayList<>();
    private final MessageSlots slots =
            new MessageSlots(new SharingLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, 2, 2));

    private MessageSlots.Slot enter(String name) {
        return slots.enter(START, () -> answered.add(name));
    }

    private MessageSlots.Slot waiting(String name, Duration now) {
        MessageSlots.Slot slot = enter(name);
        slot.waits(now);
        return slot;
    }

    @Test
    void turnsThatOnlyWaitKeepSomeMessagesAndTheOldestAreDetached() {
        MessageSlots.Slot first = waiting("first", LATER);
        waiting("second", LATER);
        assertThat(answered).isEmpty();
        waiting("third", LATER);
        assertThat(answered).containsExactly("first");
        assertThat(first.endsDetached()).isTrue();
    }

    @Test
    void turnThatWorksKeepsItsMessage() {
        waiting("first", LATER).works();
        enter("second");
        waiting("third", LATER);
        assertThat(answered).containsExactly("third");
    }

    @Test
    void messageIsNotAnsweredEarlyInTheFirstTwoSeconds() {
        enter("first");
        enter("second");
        MessageSlots.Slot third = enter("third");
        assertThat(third.waits(SOON)).isEqualTo(Duration.ofSeconds(1));
        assertThat(answered).isEmpty();
        assertThat(third.waits(LATER)).isNull();
        assertThat(answered).containsExactly("third");
    }

    @Test
    void turnsAreDetachedUpToTheLimit() {
        MessageSlots.Slot first = waiting("first", LATER);
        for (String name : List.of("second", "third", "fourth", "fifth")) {
            waiting(name, LATER);
        }
        assertThat(answered).containsExactly("first", "second");
        first.leave(LATER);
        assertThat(answered).containsExactly("first", "second", "third");
    }

    @Test
    void messageThatFailedAgainAndAgainIsAnsweredAtTheEndOfItsTurn() {
        MessageSlots.Slot last = slots.enter(START, null);
        assertThat(last.waits(LATER)).isNull();
        enter("second");
        enter("third");
        assertThat(last.waits(LATER)).isNull();
        assertThat(last.endsDetached()).isFalse();
        waiting("fourth", LATER);
        assertThat(answered).containsExactly("fourth");
    }
}
