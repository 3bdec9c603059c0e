package dev.soliton.reliability;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets time go by between two things that a run does, or two looks at what it waits for. */
final class Pace {
    private Pace() {}

    static void pause(Duration length) {
        try {
            TimeUnit.MILLISECONDS.sleep(length.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
