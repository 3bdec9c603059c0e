package dev.soliton.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class KnownExecutionsTest {
    private final KnownExecutions known = new KnownExecutions(new SettableClock(Instant.EPOCH));

    @Test
    void keepsThoseThatWereUsedLast() {
        for (int i = 0; i < KnownExecutions.MAX_ENTRIES; i++) {
            known.remember("x" + i, "e");
        }
        assertThat(known.of("x0")).isEqualTo("e");
        known.remember("one more", "e");
        assertThat(known.of("x1")).isNull();
        assertThat(known.of("x0")).isEqualTo("e");
        assertThat(known.of("one more")).isEqualTo("e");
    }

    @Test
    void forgetsTheExecutionThatIsNamedAndNoOther() {
        known.remember("x", "e2");
        known.forget("x", "e1");
        assertThat(known.of("x")).isEqualTo("e2");
        known.forget("x", "e2");
        assertThat(known.of("x")).isNull();
    }
}
