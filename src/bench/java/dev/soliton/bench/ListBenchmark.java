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
import dev.soliton.instance.InstanceFilter;
import dev.soliton.instance.InstancePage;
import dev.soliton.instance.PurgeSummary;
import dev.soliton.instance.RuntimeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

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
    private record Cost(double millis, int requests, long bytes, int result) {}

    void run() {
        report.heading("Many instances");
        for (int size : SIZES) {
            measure(scale.of(size, 100), 0);
        }
        measure(scale.of(SIZES.get(0), 100), LONG_JOURNAL);
        report.text(
                "Lists of instances that have ended, with the journals of runs of five activities. Of the bytes of all"
                        + " columns the list fetches a part. A purge is that of many, one after another.");
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
        String hub = storage.freshHub();
        int rowsOfEach = seed(hub, size, longer);
        try (SolitonSide side = new SolitonSide(storage.through(received), hub, SolitonSide.HELLO)) {
            side.client().list(InstanceFilter.ALL, 1, false, null); // a connection
            Cost whole = cost(() -> list(side, InstanceFilter.ALL));
            require(whole.result() == size, "The list has all");
            Cost plain = cost(() -> plainList(hub));
            Cost first = medianOfFirst(side);
            Cost running = cost(() -> list(side, of(Set.of(RuntimeStatus.RUNNING), "")));
            require(running.result() == 0, "Nothing runs");
            Cost tenth = cost(() -> list(side, of(Set.of(), ID + "0")));
            require(tenth.result() == size / 10, "A tenth has the prefix");
            Cost purge = cost(() -> purge(side, size));
            add(size, longer, rowsOfEach, List.of(whole, plain, first, running, tenth, purge));
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
    private int plainList(String hub) {
        ListEntitiesOptions options = new ListEntitiesOptions().setFilter("RowKey eq 'instance'");
        return (int) table(storage.through(received), hub).listEntities(options, null, null).stream()
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

    private void add(int size, int longer, int rowsOfEach, List<Cost> costs) {
        Cost whole = costs.get(0);
        Cost plain = costs.get(1);
        Cost first = costs.get(2);
        Cost running = costs.get(3);
        Cost tenth = costs.get(4);
        Cost purge = costs.get(5);
        String name = String.format(
                Locale.ROOT, "list of %d instances%s", size, longer == 0 ? "" : ", " + longer + " rows more in each");
        report.add(Figure.of(name, 1, "transactions", whole.requests()));
        report.add(Figure.of(name, 1, "milliseconds per 1000", whole.millis() * 1_000 / size));
        report.add(Figure.of(name, 1, "bytes per instance", (double) whole.bytes() / size));
        report.add(Figure.of(name + ", first 100", 1, "p50", first.millis()));
        report.add(Figure.of(name + ", none that runs", 1, "transactions", running.requests()));
        report.add(Figure.of("purge, " + name, 1, "transactions", (double) purge.requests() / purge.result()));
        rows.add(List.of(
                Numbers.show(size),
                Numbers.show((double) size * rowsOfEach),
                Numbers.show(whole.requests()),
                Numbers.show(whole.millis() * 1_000 / size),
                Numbers.show((double) whole.bytes() / size),
                Numbers.show((double) plain.bytes() / plain.result()),
                Numbers.show(first.millis()),
                Numbers.show(running.requests()),
                Numbers.show(running.millis()),
                Numbers.show(tenth.requests()),
                Numbers.show(tenth.millis() * 1_000 / tenth.result()),
                Numbers.show((double) purge.requests() / purge.result()),
                Numbers.show(purge.millis() / purge.result())));
    }

    /** Copies what one run left; returns how many rows each of the copies has. */
    private int seed(String hub, int size, int longer) {
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
        int each = (size + SEEDERS - 1) / SEEDERS;
        try (Callers seeders = new Callers(SEEDERS)) {
            seeders.run(each, (seeder, time) -> {
                int number = time * SEEDERS + seeder;
                if (number < size) {
                    insert(table, model, id(number));
                }
            });
        }
        table.submitTransaction(model.subList(0, model.size() - longer).stream()
                .map(row -> new TableTransactionAction(TableTransactionActionType.DELETE, row))
                .toList());
        return model.size();
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
