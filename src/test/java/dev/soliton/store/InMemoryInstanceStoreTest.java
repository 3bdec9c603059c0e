package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InMemoryInstanceStoreTest extends InstanceStoreContract {
    private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");

    @Override
    protected InstanceStore emptyStore() {
        return new InMemoryInstanceStore();
    }

    @Test
    void arrivalsAreByTheGivenClockAndNeverGoBack() {
        SettableClock clock = new SettableClock(NOW);
        InMemoryInstanceStore store = new InMemoryInstanceStore(clock);
        arrive(store, "b", 1);
        clock.advance(Duration.ofSeconds(1));
        arrive(store, "a", 2);
        clock.advance(Duration.ofSeconds(-10));
        arrive(store, "c", 3);
        assertThat(store.loadWithoutJournal("i").inbox())
                .extracting(InboxEntry::at)
                .containsExactly(NOW, NOW.plusSeconds(1), NOW.plusSeconds(1));
        assertThat(store.loadWithoutJournal("i").inbox())
                .extracting(entry -> entry.row().key())
                .containsExactly("b", "a", "c");
    }

    @Test
    void readsAnInboxInPartsIfConfiguredSo() {
        InMemoryInstanceStore store = new InMemoryInstanceStore();
        store.write("i", List.of(new RowChange.InsertGate(new Gate("e", false))));
        arrive(store, "b", 1);
        arrive(store, "a", 2);
        arrive(store, "c", 3);
        store.readInboxInPartsOf(2);
        assertThat(store.load("i").inboxIsWhole()).isFalse();
        assertThat(store.loadWithoutJournal("i").inbox())
                .extracting(entry -> entry.row().key())
                .containsExactly("b", "a");
        store.write("i", List.of(new RowChange.DeleteInbox("e", "b")));
        assertThat(store.load("i").inboxIsWhole()).isTrue();
        assertThat(store.loadWithoutJournal("i").inbox())
                .extracting(entry -> entry.row().key())
                .containsExactly("a", "c");
    }

    private static void arrive(InstanceStore store, String key, long sequence) {
        InboxRow row = new InboxRow("e", key, sequence, new InboxItem.Resume(null));
        store.write("i", List.of(new RowChange.InsertInbox(row)));
    }
}
