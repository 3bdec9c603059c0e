package dev.soliton.local.host.sample;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A place where functions wait until the test lets them go on; it is closed when the JVM starts. */
final class Gate {

    private static final CountDownLatch OPEN = new CountDownLatch(1);
    private static final AtomicInteger WAITING = new AtomicInteger();

    private Gate() {}

    static void pass(String who) throws InterruptedException {
        System.out.println("GATE " + who + " waiting=" + WAITING.incrementAndGet());
        OPEN.await();
        WAITING.decrementAndGet();
    }

    static void open() {
        OPEN.countDown();
    }
}
