package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.InstanceRow.Progress;
import dev.soliton.store.StuckScan.Found;
import dev.soliton.store.WriteOutcome.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every search for instances that stand still finds. */
public abstract class StuckScanContract {
    private static final Duration HOUR = Duration.ofHours(1);

    @SuppressWarnings("NullAway.Init")
    private Searched searched;

    private Instant now = Instant.EPOCH;

    /**
     * A store, and the search of it.
     *
     * @param now the time by which the store tells when its rows were written, or about that
     */
    public record Searched(InstanceStore store, StuckScan scan, Instant now) {}

    /** A store that has nothing yet. */
    protected abstract Searched emptyStore();

    @BeforeEach
    void setUp() {
        searched = emptyStore();
        now = searched.now();
    }

    private void write(String id, RuntimeStatus status, @Nullable String owner, @Nullable Instant nextDue) {
        InstanceRow pending = InstanceRow.pending(new ExecutionKey(id, "e", 0), "Job", null, null, now, "c1");
        written(id, new RowChange.InsertInstance(pending), new RowChange.InsertGate(new Gate("e", false)));
        Ownership ownership = new Ownership(owner, owner == null ? null : "n", 1, 0);
        InstanceRow row = pending;
        if (status != RuntimeStatus.PENDING) {
            row = row.changed(RuntimeStatus.RUNNING, ownership, row.values(), now, "c2");
            row = row.changed(status, ownership, row.values(), now, "c3");
        }
        row = row.at(0, new Progress(0, 0, nextDue, null));
        String etag = searched.store().findRow(id).orElseThrow().etag();
        written(id, new RowChange.ReplaceInstance(row, etag));
    }

    private void written(String id, RowChange... changes) {
        assertThat(searched.store().write(id, List.of(changes))).isInstanceOf(Written.class);
    }

    private List<Found> found(Instant before) {
        List<Found> found = new ArrayList<>();
        String from = null;
        do {
            from = searched.scan().scan(before, from, found::add);
        } while (from != null);
        return found.stream()
                .map(stuck -> new Found(
                        new ExecutionKey(stuck.key().instanceId(), stuck.key().executionId(), 0),
                        stuck.owner(),
                        stuck.hasInbox()))
                .toList();
    }

    private static Found foundAs(String id, @Nullable String owner) {
        return new Found(new ExecutionKey(id, "e", 0), owner, false);
    }

    @Test
    void findsNothingInAnEmptyHub() {
        assertThat(found(now.plus(HOUR))).isEmpty();
    }

    @Test
    void findsEachOwnedInstanceAndNamesItsOwner() {
        write("running", RuntimeStatus.RUNNING, "w1", null);
        write("suspended", RuntimeStatus.SUSPENDED, "w2", null);
        write("ended", RuntimeStatus.COMPLETED, "w3", null);
        write("at rest", RuntimeStatus.RUNNING, null, null);
        write("over", RuntimeStatus.FAILED, null, null);
        assertThat(found(now.minus(HOUR)))
                .containsExactlyInAnyOrder(
                        foundAs("running", "w1"), foundAs("suspended", "w2"), foundAs("ended", "w3"));
    }

    @Test
    void findsInstancesThatArePendingForTooLong() {
        write("pending", RuntimeStatus.PENDING, null, null);
        assertThat(found(now.minus(HOUR))).isEmpty();
        assertThat(found(now.plus(HOUR))).containsExactly(foundAs("pending", null));
    }

    @Test
    void findsInstancesThatAreDueForTooLong() {
        write("due", RuntimeStatus.RUNNING, null, now.minus(HOUR));
        write("not yet", RuntimeStatus.RUNNING, null, now.plus(HOUR));
        assertThat(found(now)).containsExactly(foundAs("due", null));
    }

    @Test
    void leavesOutInstancesThatStartLater() {
        write("delayed", RuntimeStatus.PENDING, null, now.plus(HOUR.multipliedBy(3)));
        assertThat(found(now.plus(HOUR))).isEmpty();
    }

    @Test
    void findsInstancesWhoseInboxWaitsForTooLong() {
        write("it's|odd", RuntimeStatus.RUNNING, null, null);
        written(
                "it's|odd",
                new RowChange.InsertInbox(new InboxRow("e", "k1", 1, new InboxItem.Resume(null))),
                new RowChange.TouchGate("e", null));
        assertThat(found(now.minus(HOUR))).isEmpty();
        assertThat(found(now.plus(HOUR))).containsExactly(new Found(new ExecutionKey("it's|odd", "e", 0), null, true));
    }
}
