package dev.soliton.local.host;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after an empty poll: 100 ms at first, then 100 ms more than a random 80 to 120 % of 100, 200, 400 ...
 * ms, up to the longest, at which it stays until a message is found.
 */
final class PollingDelay {

    private static final double STEP_MILLIS = 100;

    private final long longestMillis;
    private final RandomGenerator random;
    private int emptyPolls;
    private boolean longestReached;

    PollingDelay(Duration longest, RandomGenerator random) {
        this.longestMillis = longest.toMillis();
        this.random = random;
    }

    void found() {
        emptyPolls = 0;
        longestReached = false;
    }

    Duration afterEmptyPoll() {
        double growth = emptyPolls == 0 ? 0 : random.nextDouble(0.8, 1.2) * STEP_MILLIS * Math.pow(2, emptyPolls - 1);
        long millis = Math.round(STEP_MILLIS + growth);
        if (longestReached || millis >= longestMillis) {
            longestReached = true;
            return Duration.ofMillis(longestMillis);
        }
        emptyPolls++;
        return Duration.ofMillis(millis);
    }
}
