package dev.soliton.bench;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;

/** Callers that all do the same again and again, each in a thread of its own and without a pause. */
final class Callers implements AutoCloseable {
    private final int count;
    private final ExecutorService threads;

    Callers(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count);
    }

    /** What callers do. */
    interface Operation {
        /**
         * Does it once.
         *
         * @param caller which of them it is, from 0
         * @param time the caller's how many-th, from 0
         */
        void run(int caller, int time) throws Exception;
    }

    /**
     * What came of it.
     *
     * @param micros how long each time took
     * @param nanos how long all of it took
     */
    record Round(Histogram micros, long nanos) {
        double perSecond() {
            return micros.getTotalCount() * 1e9 / nanos;
        }

        /** So many percent took this many milliseconds, or less. */
        double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1e3;
        }
    }

    int count() {
        return count;
    }

    /** Has each caller do it so many times. */
    Round run(int times, Operation operation) {
        CyclicBarrier begin = new CyclicBarrier(count + 1);
        ExecutorCompletionService<Histogram> running = new ExecutorCompletionService<>(threads);
        for (int i = 0; i < count; i++) {
            int caller = i;
            running.submit(() -> {
                Histogram micros = new Histogram(3);
                begin.await();
                for (int time = 0; time < times; time++) {
                    long begun = System.nanoTime();
                    operation.run(caller, time);
                    micros.recordValue((System.nanoTime() - begun) / 1_000);
                }
                return micros;
            });
        }
        try {
            begin.await();
            long begun = System.nanoTime();
            Histogram all = new Histogram(3);
            for (int i = 0; i < count; i++) {
                all.add(running.take().get());
            }
            return new Round(all, System.nanoTime() - begun);
        } catch (ExecutionException failed) {
            threads.shutdownNow(); // others may wait for the one that failed
            throw new IllegalStateException("A caller failed.", failed.getCause());
        } catch (Exception stopped) {
            throw new IllegalStateException("The callers were stopped.", stopped);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
