package dev.soliton.engine.replay;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a journal may get that has few events, and long ones. */
final class JournalCharactersTest {
    private static final TaskCompleted LONG =
            new TaskCompleted(0, new Payload.Inline("o".repeat(Payloads.INLINE_LIMIT)), Instant.EPOCH);

    private static final int MOST = (int) (JournalCursor.MAX_CHARACTERS / Payloads.INLINE_LIMIT);

    @Test
    void journalWhoseValuesAreTooLongTogetherTakesNoMore() {
        JournalCursor journal = new JournalCursor(List.of(), 100_000);
        for (int i = 0; i < MOST; i++) {
            journal.add(LONG);
        }
        assertThatThrownBy(() -> journal.add(LONG))
                .isInstanceOf(JournalTooLongException.class)
                .hasMessageContainingAll("67108864 characters", "continueAsNew");
    }

    @Test
    void valuesThatWereRecordedCount() {
        JournalCursor journal = new JournalCursor(Collections.nCopies(MOST, LONG), 100_000);
        assertThatThrownBy(() -> journal.add(LONG)).isInstanceOf(JournalTooLongException.class);
        // That it is told to end is taken in all the same.
        journal.addLast(LONG);
    }

    @Test
    void valuesThatAreKeptElsewhereDoNotCount() {
        TaskCompleted stored = new TaskCompleted(0, new Payload.Stored("s".repeat(200)), Instant.EPOCH);
        JournalCursor journal = new JournalCursor(Collections.nCopies(MOST, stored), 100_000);
        journal.add(stored);
    }
}
