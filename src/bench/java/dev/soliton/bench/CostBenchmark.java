package dev.soliton.bench;

import dev.soliton.chaos.Call;
import dev.soliton.chaos.StorageProxy;
import dev.soliton.cost.OperationCosts;
import dev.soliton.cost.OperationCosts.Cost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What Soliton costs: the transactions of each operation, beside those of Durable Functions on its Azure Storage backend as
 * its source has them, and those of an app that is idle or works, per minute.
 */
final class CostBenchmark {
    /** Until an app is idle that did something: its worker gives its lease back after a minute. */
    private static final Duration QUIET = Duration.ofSeconds(75);

    private static final Duration WATCHED = Duration.ofMinutes(1);

    /** In the order of the operations, what the other backend needs; blank where there is nothing to compare with. */
    private static final List<String> OTHERS =
            List.of("3", "1", "1", "9", "9", "54", "520 to 910", "520 to 910", "520 to 910", "7", "6", "12", "12", "0");

    private final BenchStorage storage;
    private final Report report;

    CostBenchmark(BenchStorage storage, Report report) {
        this.storage = storage;
        this.report = report;
    }

    void run() throws Exception {
        report.heading("Cost");
        List<List<String>> rows = new ArrayList<>();
        Iterator<String> others = OTHERS.iterator();
        for (Cost cost : OperationCosts.measure()) {
            report.add(Figure.of(cost.operation(), 1, "transactions", cost.requests()));
            rows.add(List.of(cost.operation(), others.next(), String.valueOf(cost.requests()), cost.makeUp()));
        }
        report.plainTable(List.of("Operation", "Durable Functions", "Soliton", "made of"), rows);
        perMinute();
    }

    private void perMinute() throws Exception {
        String hub = storage.freshHub();
        try (StorageProxy proxy = StorageProxy.to(storage.ports());
                App app = App.start(proxy.connectionString(), hub, Map.of())) {
            Map<String, Integer> works = watch(proxy, app, 4);
            TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
            Map<String, Integer> idles = watch(proxy, null, 1);
            List<List<String>> rows = new ArrayList<>();
            Map<String, Integer> all = new TreeMap<>(works);
            all.putAll(idles);
            for (String what : all.keySet()) {
                int working = works.getOrDefault(what, 0);
                int idle = idles.getOrDefault(what, 0);
                report.add(Figure.of(what + ", per minute, while it works", 1, "transactions", working));
                report.add(Figure.of(what + ", per minute, idle", 1, "transactions", idle));
                rows.add(List.of(what, String.valueOf(working), String.valueOf(idle)));
            }
            report.text("Per minute, one host, of all that the local host and the app in it send:");
            report.table(List.of("", "while it works", "idle"), rows);
        }
    }

    /** Counts what is sent in a minute, in which an instance may be started now and then. */
    private static Map<String, Integer> watch(StorageProxy proxy, @Nullable App app, int parts) throws Exception {
        proxy.forgetCalls();
        for (int part = 0; part < parts; part++) {
            if (app != null) {
                app.start("HelloCities", "watched-" + part);
            }
            TimeUnit.NANOSECONDS.sleep(WATCHED.dividedBy(parts).toNanos());
        }
        Map<String, Integer> counts = new TreeMap<>();
        proxy.calls().forEach(call -> counts.merge(kind(call), 1, Integer::sum));
        return counts;
    }

    private static String kind(Call call) {
        if (call.mentions("-workers")) {
            return call.query().contains("comp=list") ? "the Sweeper's list of workers" : "the worker's lease";
        }
        if (call.mentions("azure-webjobs-hosts")) {
            return "the host's locks and timers";
        }
        if (call.method().equals("GET") && call.mentions("-orchestrations")) {
            return call.mentions("-poison") ? "polls of the poison queue" : "polls of the queue, and receives";
        }
        return "the instances";
    }
}
