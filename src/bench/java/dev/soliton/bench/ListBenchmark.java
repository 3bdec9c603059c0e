package dev.soliton.bench;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import dev.soliton.azure.StorageAccount;
import dev.soliton.client.InstancePage;
import dev.soliton.client.PurgeSummary;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.RuntimeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the list and the purge of many instances cost, by how many have ended and are kept with their journals. Each row
 * of them is a copy of what a real run of five activities leaves.
 */
final class ListBenchmark {
    private static final List<Integer> SIZES = List.of(1_000, 10_000, 100_000);
    private static final int MOST_PURGED = 500;
    private static final String ID = "instance-";
    private static final int SEEDERS = 8;
    private static final int LONG_JOURNAL = 90;
    private static final int PAGE = 1_000;
    private static final int LOOKS = 7;

    private final BenchStorage storage;
    private final Scale scale;
    private final Report report;
    private final Received received = new Received();
    private final List<List<String>> rows = new ArrayList<>();

    ListBenchmark(BenchStorage storage, Scale scale, Report report) {
        this.storage = storage;
        this.scale = scale;
        this.report = report;
    }

    /** Counts requests, and the bytes of their answers. */
    private static final class Received extends HttpPipelineSyncPolicy {
        private int requests;
        private long bytes;

        @Override
        public HttpPipelinePosition getPipelinePosition() {
            return HttpPipelinePosition.PER_RETRY;
        }

        @Override
        protected HttpResponse afterReceivedResponse(HttpPipelineCallContext context, HttpResponse response) {
            HttpResponse whole = response.buffer();
            synchronized (this) {
                requests++;
                bytes += whole.getBodyAsByteArray()
                        .blockOptional()
                        .map(body -> body.length)
                        .orElse(0);
            }
            return whole;
        }
    }

    /**
     * What something cost.
     *
     * @param result how many instances it was about
     */
    private record Cost(double millis, int requests, long bytes, int result) {
        double millisOf(int instances) {
            return millis * instances / result;
        }

        double requestsOfEach() {
            return (double) requests / result;
        }

        double bytesOfEach() {
            return (double) bytes / result;
        }
    }

    /**
     * Which hub it is.
     *
     * @param rowsOfEach how many rows each of the instances has
     * @param longer how many of them were added to its journal
     */
    private record Hub(String name, int instances, int rowsOfEach, int longer) {
        @Override
        public String toString() {
            return instances + " instances" + (longer == 0 ? "" : ", " + longer + " rows more in each");
        }
    }

    /** What was measured of a hub: the whole list, the same with all columns, and so on. */
    private record Costs(Cost whole, Cost plain, Cost first, Cost running, Cost tenth, Cost purge) {}

    void run() {
        report.heading("Many instances");
        for (int size : SIZES) {
            measure(scale.of(size, 100), 0);
        }
        measure(scale.of(SIZES.get(0), 100), LONG_JOURNAL);
        report.text(
                "Lists of instances that have ended, with the journals of runs of five activities. Of the bytes of all"
                        + " columns the list\nfetches a part. A purge is that of many, one after another.");
        report.table(
                List.of(
                        "instances",
                        "rows in the table",
                        "whole list, requests",
                        "ms per 1,000 instances",
                        "bytes per instance",
                        "with all columns",
                        "first 100, ms",
                        "none that runs: requests",
                        "ms",
                        "1 of 10 by prefix: requests",
                        "ms per 1,000",
                        "purge, requests each",
                        "ms each"),
                rows);
    }

    private void measure(int size, int longer) {
        Hub hub = seed(storage.freshHub(), size, longer);
        try (SolitonSide side = new SolitonSide(storage.through(received), hub.name(), SolitonSide.HELLO)) {
            side.client().list(InstanceFilter.ALL, 1, false, null); // a connection
            Costs costs = new Costs(
                    cost(() -> list(side, InstanceFilter.ALL)),
                    cost(() -> plainList(hub)),
                    medianOfFirst(side),
                    cost(() -> list(side, of(Set.of(RuntimeStatus.RUNNING), ""))),
                    cost(() -> list(side, of(Set.of(), ID + "0"))),
                    cost(() -> purge(side, size)));
            require(costs.whole().result() == size, "The list has all");
            require(costs.running().result() == 0, "Nothing runs");
            require(costs.tenth().result() == (size + 9) / 10, "A tenth has the prefix");
            add(hub, costs);
        }
    }

    private static InstanceFilter of(Set<RuntimeStatus> statuses, String prefix) {
        return new InstanceFilter(statuses, null, null, prefix);
    }

    private Cost cost(Supplier<Integer> action) {
        synchronized (received) {
            received.requests = 0;
            received.bytes = 0;
        }
        long begun = System.nanoTime();
        int result = action.get();
        double millis = Numbers.millis(System.nanoTime() - begun);
        synchronized (received) {
            return new Cost(millis, received.requests, received.bytes, result);
        }
    }

    private Cost medianOfFirst(SolitonSide side) {
        List<Cost> costs = IntStream.range(0, LOOKS)
                .mapToObj(look -> cost(() -> side.client()
                        .list(InstanceFilter.ALL, 100, false, null)
                        .instances()
                        .size()))
                .toList();
        double millis = Numbers.median(costs.stream().map(Cost::millis).toList());
        return new Cost(
                millis,
                costs.get(0).requests(),
                costs.get(0).bytes(),
                costs.get(0).result());
    }

    private static int list(SolitonSide side, InstanceFilter filter) {
        int count = 0;
        String continuation = null;
        do {
            InstancePage page = side.client().list(filter, PAGE, false, continuation);
            count += page.instances().size();
            continuation = page.continuation();
        } while (continuation != null);
        return count;
    }

    /** The same rows with all that is in them, as one would list them who does not say what is wanted. */
    private int plainList(Hub hub) {
        ListEntitiesOptions options = new ListEntitiesOptions().setFilter("RowKey eq 'instance'");
        return (int) table(storage.through(received), hub.name()).listEntities(options, null, null).stream()
                .count();
    }

    /** As many as end in so many ones. */
    private static int purge(SolitonSide side, int size) {
        String prefix = ID;
        for (int left = size; left > MOST_PURGED; left /= 10) {
            prefix += "1";
        }
        PurgeSummary summary = side.client().purge(of(Set.of(), prefix));
        require(summary.isWhole(), "The purge came to its end");
        return summary.purged();
    }

    /** The digits from the last to the first, so that a prefix finds a tenth of all. */
    private static String id(int number) {
        return ID + new StringBuilder(String.format(Locale.ROOT, "%06d", number)).reverse();
    }

    private void add(Hub hub, Costs costs) {
        String name = "list of " + hub;
        report.add(Figure.of(name, 1, "transactions", costs.whole().requests()));
        report.add(Figure.of(name, 1, "milliseconds per 1000", costs.whole().millisOf(1_000)));
        report.add(Figure.of(name, 1, "bytes per instance", costs.whole().bytesOfEach()));
        report.add(Figure.of(name + ", first 100", 1, "p50", costs.first().millis()));
        report.add(Figure.of(
                name + ", none that runs", 1, "transactions", costs.running().requests()));
        report.add(
                Figure.of("purge among " + hub, 1, "transactions", costs.purge().requestsOfEach()));
        rows.add(Stream.of(
                        (double) hub.instances(),
                        (double) hub.instances() * hub.rowsOfEach(),
                        (double) costs.whole().requests(),
                        costs.whole().millisOf(1_000),
                        costs.whole().bytesOfEach(),
                        costs.plain().bytesOfEach(),
                        costs.first().millis(),
                        (double) costs.running().requests(),
                        costs.running().millis(),
                        (double) costs.tenth().requests(),
                        costs.tenth().millisOf(1_000),
                        costs.purge().requestsOfEach(),
                        costs.purge().millisOf(1))
                .map(Numbers::show)
                .toList());
    }

    /** Fills a hub with copies of what one run left. */
    private Hub seed(String hub, int size, int longer) {
        List<TableEntity> model = new ArrayList<>();
        try (SolitonSide side = new SolitonSide(storage.account(), hub, SolitonSide.HELLO)) {
            side.start("model");
            side.handle(side.take());
        }
        TableClient table = table(storage.account(), hub);
        table.listEntities(new ListEntitiesOptions().setFilter("PartitionKey eq 'model'"), null, null)
                .forEach(model::add);
        TableEntity journal = model.stream()
                .filter(row -> row.getRowKey().startsWith("journal|"))
                .findFirst()
                .orElseThrow();
        String prefix = journal.getRowKey().substring(0, journal.getRowKey().lastIndexOf('|') + 1);
        for (int number = 1_000; number < 1_000 + longer; number++) {
            TableEntity more = copy(journal, "model", prefix + String.format(Locale.ROOT, "%010d", number));
            model.add(more.addProperty("number", number));
        }
        // In their order: the emulator is slow at putting something between.
        List<String> ids =
                IntStream.range(0, size).mapToObj(ListBenchmark::id).sorted().toList();
        int each = (size + SEEDERS - 1) / SEEDERS;
        try (Callers seeders = new Callers(SEEDERS)) {
            seeders.run(each, (seeder, time) -> {
                int next = time * SEEDERS + seeder;
                if (next < size) {
                    insert(table, model, ids.get(next));
                }
            });
        }
        table.submitTransaction(model.subList(0, model.size() - longer).stream()
                .map(row -> new TableTransactionAction(TableTransactionActionType.DELETE, row))
                .toList());
        return new Hub(hub, size, model.size(), longer);
    }

    private static void insert(TableClient table, List<TableEntity> model, String instanceId) {
        table.submitTransaction(model.stream()
                .map(row -> new TableTransactionAction(
                        TableTransactionActionType.CREATE, copy(row, instanceId, row.getRowKey())))
                .toList());
    }

    private static TableEntity copy(TableEntity row, String partitionKey, String rowKey) {
        TableEntity copy = new TableEntity(partitionKey, rowKey);
        row.getProperties().forEach((name, value) -> {
            if (!Set.of("PartitionKey", "RowKey", "Timestamp", "odata.etag").contains(name)) {
                copy.addProperty(name, value);
            }
        });
        return copy;
    }

    private static TableClient table(StorageAccount account, String hub) {
        return account.tables().getTableClient(hub + "Instances");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("It is not so: " + what + ".");
        }
    }
}
