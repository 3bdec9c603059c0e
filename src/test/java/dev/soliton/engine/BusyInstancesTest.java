package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may run beside whom in one process. */
final class BusyInstancesTest {
    private Duration elapsed = Duration.ZERO;
    private final BusyInstances busy = new BusyInstances(() -> elapsed);

    private BusyInstances.Entry enter(String instance) {
        return busy.tryEnter(instance).orElseThrow();
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
    void suspectRunsWithNothingBesideIt() {
        BusyInstances.Entry other = enter("other");
        assertThat(busy.tryEnterAlone("suspect")).isEmpty();
        // What runs comes to its end, and nothing new begins.
        assertThat(busy.tryEnter("another")).isEmpty();
        other.leave();
        BusyInstances.Entry suspect = busy.tryEnterAlone("suspect").orElseThrow();
        assertThat(busy.tryEnter("another")).isEmpty();
        assertThat(busy.tryEnterAlone("second suspect")).isEmpty();
        suspect.leave();
        assertThat(busy.tryEnterAlone("second suspect")).isPresent();
    }

    @Test
    void suspectThatDoesNotComeBackIsNotWaitedForForEver() {
        BusyInstances.Entry other = enter("other");
        assertThat(busy.tryEnterAlone("suspect")).isEmpty();
        other.leave();
        elapsed = Duration.ofSeconds(34);
        assertThat(busy.tryEnter("another")).isEmpty();
        elapsed = Duration.ofSeconds(35);
        assertThat(busy.tryEnter("another")).isPresent();
    }

    @Test
    void furtherMessagesOfASuspectThatRunsKeepNobodyOutAfterwards() {
        BusyInstances.Entry suspect = busy.tryEnterAlone("suspect").orElseThrow();
        assertThat(busy.tryEnterAlone("suspect")).isEmpty();
        suspect.leave();
        assertThat(busy.tryEnter("another")).isPresent();
    }
}
