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
        assertThat(known.of("x0")).isEqualTo(Life.first("e"));
        known.remember("one more", "e");
        assertThat(known.of("x1")).isNull();
        assertThat(known.of("x0")).isEqualTo(Life.first("e"));
        assertThat(known.of("one more")).isEqualTo(Life.first("e"));
    }

    @Test
    void forgetsTheExecutionThatIsNamedAndNoOther() {
        known.remember("x", new Life("e2", 3));
        known.remember("x", "e2");
        assertThat(known.of("x")).isEqualTo(new Life("e2", 3));
        known.forget("x", new Life("e2", 2));
        assertThat(known.of("x")).isEqualTo(new Life("e2", 3));
        known.remember("x", "e3");
        assertThat(known.of("x")).isEqualTo(Life.first("e3"));
        known.remember("x", "e2");
        known.forget("x", Life.first("e1"));
        assertThat(known.of("x")).isEqualTo(Life.first("e2"));
        known.forget("x", Life.first("e2"));
        assertThat(known.of("x")).isNull();
    }
}
