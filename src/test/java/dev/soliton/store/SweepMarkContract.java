package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What every mark of a hub's sweeps does. */
public abstract class SweepMarkContract {
    /** The mark of a hub that was never swept. */
    protected abstract SweepMark freshMark();

    @Test
    void markShowsThatItWasChanged() {
        SweepMark mark = freshMark();
        assertThat(mark.read()).isEmpty();
        assertThat(mark.changedAt()).isEmpty();
        mark.change();
        String first = mark.read();
        assertThat(first).isNotEmpty();
        Instant changedAt = mark.changedAt().orElseThrow();
        mark.change();
        assertThat(mark.read()).isNotEqualTo(first);
        assertThat(mark.changedAt().orElseThrow()).isAfterOrEqualTo(changedAt);
    }

    @Test
    void markIsChangedByOneOfThoseThatReadTheSame() {
        SweepMark mark = freshMark();
        String first = Objects.requireNonNull(mark.tryChange(""));
        assertThat(first).isEqualTo(mark.read());
        assertThat(mark.tryChange("")).isNull();
        String second = Objects.requireNonNull(mark.tryChange(first));
        assertThat(second).isNotEqualTo(first).isEqualTo(mark.read());
        assertThat(mark.tryChange(first)).isNull();
        mark.change();
        assertThat(mark.tryChange(second)).isNull();
    }
}
