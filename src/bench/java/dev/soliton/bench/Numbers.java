package dev.soliton.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** How numbers are shown, and what is in the middle of some. */
final class Numbers {
    private Numbers() {}

    /** With as many digits as say something. */
    static String show(double number) {
        double size = Math.abs(number);
        String format = number == Math.rint(number) || size >= 100
                ? "%,.0f"
                : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f";
        return String.format(Locale.ROOT, format, number);
    }

    static double median(Collection<Double> numbers) {
        double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }
}
