package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which messages are answered before their turns are over. */
final class SlotsTest {
    private static final Duration START = Duration.ofHours(-1);
    private static final Duration SOON = START.plusSeconds(1);
    private static final Duration LATER = START.plusSeconds(2);

    private final List<String> answered = new ArrayList<>();
    private final Slots slots = new Slots(new Sharing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 2, 2));

    private Slots.Slot enter(String name) {
        return slots.enter(START, () -> answered.add(name));
    }

    private Slots.Slot waiting(String name, Duration now) {
        Slots.Slot slot = enter(name);
        slot.waits(now);
        return slot;
    }

    @Test
    void turnsThatOnlyWaitKeepSomeMessagesAndTheOldestAreDetached() {
        Slots.Slot first = waiting("first", LATER);
        waiting("second", LATER);
        assertThat(answered).isEmpty();
        waiting("third", LATER);
        assertThat(answered).containsExactly("first");
        assertThat(first.endsDetached()).isTrue();
    }

    @Test
    void turnThatDoesSomethingKeepsItsMessage() {
        waiting("first", LATER).works();
        enter("second");
        waiting("third", LATER);
        assertThat(answered).containsExactly("third");
    }

    @Test
    void messageIsNotAnsweredEarlyInTheFirstTwoSecondsAndItsTurnAsksAgainThen() {
        enter("first");
        enter("second");
        Slots.Slot third = enter("third");
        assertThat(third.waits(SOON)).isEqualTo(Duration.ofSeconds(1));
        assertThat(answered).isEmpty();
        assertThat(third.waits(LATER)).isNull();
        assertThat(answered).containsExactly("third");
    }

    @Test
    void soManyTurnsAreDetachedAndNoMore() {
        Slots.Slot first = waiting("first", LATER);
        for (String name : List.of("second", "third", "fourth", "fifth")) {
            waiting(name, LATER);
        }
        assertThat(answered).containsExactly("first", "second");
        first.leave(LATER);
        assertThat(answered).containsExactly("first", "second", "third");
    }

    @Test
    void messageThatFailedAgainAndAgainIsAnsweredAtTheEndOfItsTurn() {
        Slots.Slot last = slots.enter(START, null);
        assertThat(last.waits(LATER)).isNull();
        enter("second");
        enter("third");
        assertThat(last.waits(LATER)).isNull();
        assertThat(last.endsDetached()).isFalse();
        waiting("fourth", LATER);
        assertThat(answered).containsExactly("fourth");
    }
}
