package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.Incarnation;
import dev.soliton.store.SettableClock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LiveExecutionCacheTest {
    private final LiveExecutionCache known = new LiveExecutionCache(new SettableClock(Instant.EPOCH));

    @Test
    void keepsThoseThatWereUsedLast() {
        for (int i = 0; i < LiveExecutionCache.MAX_ENTRIES; i++) {
            known.remember("x" + i, "e");
        }
        assertThat(known.of("x0")).isEqualTo(Incarnation.first("e"));
        known.remember("one more", "e");
        assertThat(known.of("x1")).isNull();
        assertThat(known.of("x0")).isEqualTo(Incarnation.first("e"));
        assertThat(known.of("one more")).isEqualTo(Incarnation.first("e"));
    }

    @Test
    void removesTheExecutionThatIsNamedAndNoOther() {
        known.remember("x", new Incarnation("e2", 3));
        known.remember("x", "e2");
        assertThat(known.of("x")).isEqualTo(new Incarnation("e2", 3));
        known.forget("x", new Incarnation("e2", 2));
        assertThat(known.of("x")).isEqualTo(new Incarnation("e2", 3));
        known.remember("x", "e3");
        assertThat(known.of("x")).isEqualTo(Incarnation.first("e3"));
        known.remember("x", "e2");
        known.forget("x", Incarnation.first("e1"));
        assertThat(known.of("x")).isEqualTo(Incarnation.first("e2"));
        known.forget("x", Incarnation.first("e2"));
        assertThat(known.of("x")).isNull();
    }
}
