package dev.soliton.local.host;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A wait for something that has to come true, however long that takes on a busy machine. */
final class Eventually {

    private static final long LIMIT_SECONDS = 90;

    private Eventually() {}

    static void isTrue(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("It did not come true within " + LIMIT_SECONDS + " s.");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
