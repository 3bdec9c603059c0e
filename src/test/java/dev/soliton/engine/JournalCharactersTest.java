package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.instance.Payload;
import dev.soliton.instance.Payloads;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a journal may get that has few events, and long ones. */
final class JournalCharactersTest {
    private static final TaskCompleted LONG =
            new TaskCompleted(0, new Payload.Inline("o".repeat(Payloads.INLINE_LIMIT)), Instant.EPOCH);

    private static final int MOST = (int) (Trace.MAX_CHARACTERS / Payloads.INLINE_LIMIT);

    @Test
    void journalWhoseValuesAreTooLongTogetherTakesInNothingMore() {
        Trace trace = new Trace(List.of(), 100_000);
        for (int i = 0; i < MOST; i++) {
            trace.add(LONG);
        }
        assertThatThrownBy(() -> trace.add(LONG))
                .isInstanceOf(JournalTooLongException.class)
                .hasMessageContainingAll("67108864 characters", "continueAsNew");
    }

    @Test
    void valuesThatWereRecordedCount() {
        Trace trace = new Trace(Collections.nCopies(MOST, LONG), 100_000);
        assertThatThrownBy(() -> trace.add(LONG)).isInstanceOf(JournalTooLongException.class);
        // That it is told to end is taken in all the same.
        trace.addLast(LONG);
    }

    @Test
    void valuesThatAreKeptElsewhereDoNotCount() {
        TaskCompleted stored = new TaskCompleted(0, new Payload.Stored("s".repeat(200)), Instant.EPOCH);
        Trace trace = new Trace(Collections.nCopies(MOST, stored), 100_000);
        trace.add(stored);
    }
}
