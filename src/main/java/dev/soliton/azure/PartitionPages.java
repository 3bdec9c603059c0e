package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Versioned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The partition of an instance, put together from the pages of one query.
 *
 * <p>One page is one read of the partition: all its rows were there at once. Several pages are several reads, and
 * others may write between them. The service may cut a page at 1,000 rows, at 4 MiB, after 5 seconds, or anywhere else.
 * A state from several pages must be as safe as one from a single page:
 *
 * <ul>
 *   <li><em>Nothing arrived that the gate does not show.</em> The gates sort first, so that they are read before, or
 *       together with, each row of the inbox. What arrives later changes its gate, and fails a write that requires it.
 *   <li><em>Nothing is processed that was processed already.</em> If a commit comes between the page of the inbox and
 *       that of the instance row, the row is from after the commit and the inbox from before. The inbox would be
 *       processed twice, and the ETag of the row could not show it. So if the first page ends before the instance row,
 *       the reader reads that row separately, and then the pages from the beginning. A commit in between now makes the
 *       row that was read stale, and no write from it succeeds.
 *   <li><em>The journal is that of the instance row.</em> It sorts behind the row. Every change of the journal changes
 *       the row too, so the row that was read is stale then.
 *   <li><em>Nothing is processed before what arrived before it.</em> Of two rows that arrive one after the other while
 *       pages are read, the first can belong on a page that was read already, and the second be found on a later one.
 *       So rows count only up to a time at which all was seen: that of the newest row, gates included, of the first
 *       pages up to the first that has a row of the inbox. When that page was read, every row of that time or before
 *       was there: the service gives later writes of a partition later times. It was then on that page or behind it,
 *       and is found. Newer rows are left out, for the next read. Gates count because each arrival changes its gate; so
 *       it does no harm if leftovers of earlier executions fill the first page.
 *   <li><em>Nothing is left out for ever.</em> The times that one transaction gives to its rows can differ a little,
 *       and the last row to arrive be newer than the gate that it changed. So if something is to be left out, the gates
 *       are read once more. If a gate is unchanged, nothing arrived meanwhile, and all that was found counts.
 * </ul>
 */
final class PartitionPages {
    private final List<Versioned<Gate>> gates = new ArrayList<>();
    private final List<InboxEntry> inbox = new ArrayList<>();
    private final List<JournalRow> journal = new ArrayList<>();
    private Optional<Versioned<InstanceRow>> instance = Optional.empty();
    private Instant allSeenUntil = Instant.MIN;
    private @Nullable String lastRowKey;
    private Set<String> quiet = Set.of();

    /** Processes the next page. */
    void add(List<TableEntity> page) {
        boolean isInboxBegun = !inbox.isEmpty();
        for (TableEntity entity : page) {
            lastRowKey = entity.getRowKey();
            if (lastRowKey.startsWith(InstanceEntities.GATE) || lastRowKey.startsWith(InstanceEntities.TOMBSTONE)) {
                EntityColumns.read(entity, InstanceEntities::gate).ifPresent(gates::add);
            } else if (lastRowKey.startsWith(InstanceEntities.INBOX)) {
                inbox.add(EntityColumns.read(entity, InboxEntities::entry));
            } else if (lastRowKey.startsWith(InstanceEntities.JOURNAL)) {
                journal.add(EntityColumns.read(entity, InstanceEntities::journal));
            } else if (lastRowKey.equals(InstanceEntities.INSTANCE)) {
                instance = Optional.of(EntityColumns.read(entity, InstanceEntities::instance));
            }
            Instant written = entity.getTimestamp().toInstant();
            if (!isInboxBegun && written.isAfter(allSeenUntil)) {
                allSeenUntil = written;
            }
        }
    }

    /** Whether the pages have reached the place of the instance row. */
    boolean haveReachedTheInstance() {
        return lastRowKey != null && lastRowKey.compareTo(InstanceEntities.INSTANCE) >= 0;
    }

    /** Whether there are rows of the inbox that may have arrived behind others that were not found. */
    boolean leaveSomethingOut() {
        return !inbox.stream().allMatch(this::isCounted);
    }

    /** Compares the gates with those of a read after all pages. */
    void compareGates(List<TableEntity> page) {
        Map<String, String> before = etags(gates);
        Map<String, String> after = etags(page.stream()
                .map(gate -> EntityColumns.read(gate, InstanceEntities::gate))
                .flatMap(Optional::stream)
                .toList());
        quiet = inbox.stream()
                .map(entry -> entry.row().executionId())
                .filter(execution -> Objects.equals(before.get(execution), after.get(execution)))
                .collect(Collectors.toSet());
    }

    private static Map<String, String> etags(List<Versioned<Gate>> gates) {
        return gates.stream()
                .collect(Collectors.toMap(
                        gate -> gate.row().executionId(), Versioned::etag, (first, second) -> first + " " + second));
    }

    private boolean isCounted(InboxEntry entry) {
        return !entry.at().isAfter(allSeenUntil) || quiet.contains(entry.row().executionId());
    }

    /** The partition that the pages show. */
    Partition partition() {
        return partition(instance);
    }

    /** The partition that the pages show, for an instance whose row was read before them. */
    Partition partition(Optional<Versioned<InstanceRow>> readBefore) {
        List<InboxEntry> counted = inbox.stream().filter(this::isCounted).toList();
        return new Partition(gates, counted, counted.size() == inbox.size(), readBefore, journal);
    }
}
