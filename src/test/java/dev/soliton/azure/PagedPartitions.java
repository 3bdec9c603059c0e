package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.Gate;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryInstanceStore.Kept;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads a partition of a table in memory as {@link TableInstanceStore} does: page by page, with time for others between. */
public final class PagedPartitions {
    private final InMemoryInstanceStore store;
    private final boolean gatesLast;
    private final IntSupplier pageSize;
    private final Wire wire;

    /** The way to the table, on which a request is one call. */
    public interface Wire {
        /** Makes a call, and returns what it gives. */
        <T> T call(Supplier<T> request);
    }

    /**
     * Reads from the store given.
     *
     * @param gatesLast whether the gates are read last, by mistake
     * @param pageSize how many rows the next page has at most
     */
    public PagedPartitions(InMemoryInstanceStore store, boolean gatesLast, IntSupplier pageSize, Wire wire) {
        this.gatesLast = gatesLast;
        this.store = store;
        this.pageSize = pageSize;
        this.wire = wire;
    }

    /** Gates, inbox, instance and journal. */
    public Partition load(String instanceId) {
        return read(instanceId, InstanceEntities.RECEIPT);
    }

    /** The same without the journal. */
    public Partition loadWithoutJournal(String instanceId) {
        return read(instanceId, InstanceEntities.JOURNAL);
    }

    private Partition read(String instanceId, String end) {
        return gatesLast ? readGatesLast(instanceId, end) : readAsTheyAre(instanceId, end);
    }

    /** The mistake of taking gates that are read last for those that the inbox was read under. */
    private Partition readGatesLast(String instanceId, String end) {
        Partition state = readAsTheyAre(instanceId, end);
        Partition gates = readAsTheyAre(instanceId, InstanceEntities.INBOX);
        return new Partition(gates.gates(), state.inbox(), state.inboxIsWhole(), state.instance(), state.journal());
    }

    private Partition readAsTheyAre(String instanceId, String end) {
        return PartitionRead.upTo(
                end,
                (until, reader) -> pages(instanceId, until, reader),
                () -> wire.call(() -> store.findRow(instanceId)));
    }

    private boolean pages(String instanceId, String end, Predicate<PartitionRead.Page> reader) {
        String after = "";
        while (true) {
            String from = after;
            int size = pageSize.getAsInt();
            PartitionRead.Page page = wire.call(() -> page(instanceId, from, end, size));
            if (!reader.test(page)) {
                return false;
            }
            if (page.last()) {
                return true;
            }
            after = page.rows().get(page.rows().size() - 1).getRowKey();
        }
    }

    private PartitionRead.Page page(String instanceId, String after, String end, int size) {
        TreeMap<String, TableEntity> sorted = new TreeMap<>();
        for (Kept kept : store.rows(instanceId)) {
            if (!(kept.row() instanceof Receipt)) {
                InstanceEntities.actions(instanceId, insertOf(kept.row())).forEach(action -> {
                    TableEntity entity = action.getEntity();
                    entity.addProperty("Timestamp", kept.at().atOffset(ZoneOffset.UTC));
                    entity.addProperty("odata.etag", kept.etag());
                    sorted.put(entity.getRowKey(), entity);
                });
            }
        }
        List<TableEntity> rest =
                new ArrayList<>(sorted.subMap(after, false, end, false).values());
        return new PartitionRead.Page(rest.subList(0, Math.min(size, rest.size())), rest.size() <= size);
    }

    private static RowChange insertOf(Object row) {
        if (row instanceof Gate gate) {
            return new RowChange.InsertGate(gate);
        }
        if (row instanceof InboxRow inbox) {
            return new RowChange.InsertInbox(inbox);
        }
        return row instanceof JournalRow journal
                ? new RowChange.InsertJournal(journal)
                : new RowChange.InsertInstance((InstanceRow) row);
    }
}
