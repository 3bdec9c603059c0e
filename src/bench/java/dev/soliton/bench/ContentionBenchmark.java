package dev.soliton.bench;

import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Many callers that start the same ID at the same moment, of whom one wins. */
final class ContentionBenchmark {
    private static final List<Integer> CALLERS = List.of(1, 4, 16, 64, 256);
    private static final int RACES = 24;

    private final BenchStorage storage;
    private final Scale scale;
    private final Report report;
    private final List<List<String>> rows = new ArrayList<>();

    ContentionBenchmark(BenchStorage storage, Scale scale, Report report) {
        this.storage = storage;
        this.scale = scale;
        this.report = report;
    }

    void run() {
        report.heading("Contention for one ID");
        for (int callers : CALLERS) {
            races(callers);
        }
        report.table(
                List.of(
                        "callers",
                        "races",
                        "winners",
                        "starts per second",
                        "median ms to the 202",
                        "median ms to a 409",
                        "p99 ms to a 409",
                        "callers that won a race",
                        "most wins of one"),
                rows);
    }

    private void races(int count) {
        int races = scale.of(RACES, 3);
        Histogram won = new ConcurrentHistogram(3);
        Histogram lost = new ConcurrentHistogram(3);
        AtomicIntegerArray wins = new AtomicIntegerArray(count);
        double seconds = 0;
        try (Callers callers = new Callers(count);
                SolitonSide side = new SolitonSide(storage.account(), storage.freshHub(), SolitonSide.HELLO)) {
            side.start("first");
            callers.run(2, (caller, time) -> side.status("first")); // so that all have connections
            for (int race = 0; race < races; race++) {
                String id = "race-" + race;
                AtomicInteger winners = new AtomicInteger();
                Callers.Round round = callers.run(1, (caller, time) -> {
                    long begun = System.nanoTime();
                    StartOutcome outcome = side.client().start(new StartRequest(SolitonSide.HELLO, id, "1"));
                    long micros = (System.nanoTime() - begun) / 1_000;
                    if (outcome instanceof StartOutcome.Started) {
                        winners.incrementAndGet();
                        wins.incrementAndGet(caller);
                        won.recordValue(micros);
                    } else if (outcome instanceof StartOutcome.Rejected) {
                        lost.recordValue(micros);
                    } else {
                        throw new IllegalStateException("Neither won nor lost: " + outcome);
                    }
                });
                if (winners.get() != 1) {
                    throw new IllegalStateException(winners + " starts of one ID were accepted.");
                }
                seconds += round.nanos() / 1e9;
            }
        }
        add(count, races, won, lost, wins, count * races / seconds);
    }

    private void add(int callers, int races, Histogram won, Histogram lost, AtomicIntegerArray wins, double perSecond) {
        int winners = 0;
        int most = 0;
        for (int caller = 0; caller < callers; caller++) {
            winners += wins.get(caller) > 0 ? 1 : 0;
            most = Math.max(most, wins.get(caller));
        }
        String name = "starts of one ID at once";
        report.add(Figure.of(name, callers, "winners per race", 1));
        report.add(Figure.of(name, callers, "throughput", perSecond));
        report.add(Figure.of(name, callers, "p50", millis(won, 50)));
        boolean alone = callers == 1;
        if (!alone) {
            report.add(Figure.of(name + ", to a 409", callers, "p50", millis(lost, 50)));
            report.add(Figure.of(name + ", to a 409", callers, "p99", millis(lost, 99)));
        }
        rows.add(List.of(
                String.valueOf(callers),
                String.valueOf(races),
                "1 of each",
                Numbers.show(perSecond),
                Numbers.show(millis(won, 50)),
                alone ? "" : Numbers.show(millis(lost, 50)),
                alone ? "" : Numbers.show(millis(lost, 99)),
                String.valueOf(winners),
                String.valueOf(most)));
    }

    private static double millis(Histogram micros, int percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }
}
