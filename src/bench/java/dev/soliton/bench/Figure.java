package dev.soliton.bench;

import org.jspecify.annotations.Nullable;

/**
 * One measured number.
 *
 * @param name what was measured
 * @param callers how many did it at the same time
 * @param metric what the number is: {@code throughput} is per second, {@code p50} and the like are in milliseconds
 * @param value the number
 * @param floor the same of those calls to the storage without which it cannot be done; null if there is no such number
 * @param ratio of the value to the floor; null if there is no floor
 */
record Figure(String name, int callers, String metric, double value, @Nullable Double floor, @Nullable Double ratio) {
    /** A number that nothing is compared with. */
    static Figure of(String name, int callers, String metric, double value) {
        return new Figure(name, callers, metric, value, null, null);
    }

    /** A number beside its floor. */
    static Figure of(String name, int callers, String metric, double value, double floor) {
        return new Figure(name, callers, metric, value, floor, value / floor);
    }
}
