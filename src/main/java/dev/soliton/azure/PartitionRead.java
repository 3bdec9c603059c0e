package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads a partition in the order that {@link PartitionPages} requires. */
final class PartitionRead {
    private PartitionRead() {}

    /**
     * A page.
     *
     * @param last whether it is the last one
     */
    record Page(List<TableEntity> rows, boolean last) {
        @Override
        public String toString() {
            return rows.stream().map(TableEntity::getRowKey).toList() + (last ? "" : " …");
        }
    }

    /** The source of the pages. */
    interface Pages {
        /**
         * Reads rows in the order of their keys, page by page, from the first gate to before a key.
         *
         * @param reader processes a page, and returns whether to go on
         * @return whether the reader went on to the end
         */
        boolean read(String end, Predicate<Page> reader);
    }

    /**
     * Reads a partition up to a key.
     *
     * @param find reads the instance row separately
     */
    static Partition upTo(String end, Pages source, Supplier<Optional<Versioned<InstanceRow>>> find) {
        PartitionPages pages = new PartitionPages();
        boolean whole = source.read(end, page -> {
            pages.add(page.rows());
            return page.last() || pages.haveReachedTheInstance();
        });
        if (whole) {
            return pages.partition();
        }
        Optional<Versioned<InstanceRow>> instance = find.get();
        PartitionPages again = new PartitionPages();
        source.read(end, page -> {
            again.add(page.rows());
            return true;
        });
        if (again.leaveSomethingOut()) {
            List<TableEntity> gates = new ArrayList<>();
            source.read("inbox", page -> {
                gates.addAll(page.rows());
                return true;
            });
            again.compareGates(gates);
        }
        return again.partition(instance);
    }
}
