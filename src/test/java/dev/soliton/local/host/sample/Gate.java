package dev.soliton.local.host.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A place where functions wait until the test makes the file that the setting SAMPLE_GATE names. */
final class Gate {

    private static final AtomicInteger WAITING = new AtomicInteger();

    private Gate() {}

    static void pass(String who) throws InterruptedException {
        Path open = Path.of(System.getenv("SAMPLE_GATE"));
        System.out.println("GATE " + who + " waiting=" + WAITING.incrementAndGet());
        while (!Files.exists(open)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        WAITING.decrementAndGet();
    }
}
