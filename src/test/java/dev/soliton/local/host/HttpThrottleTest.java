package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.http.HttpReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many requests are served at once, and how many wait for that. */
final class HttpThrottleTest {
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Semaphore steps = new Semaphore(0);

    @AfterEach
    void close() {
        callers.shutdownNow();
    }

    private HttpReply serve(CountDownLatch begun) throws InterruptedException {
        most.accumulateAndGet(served.incrementAndGet(), Math::max);
        begun.countDown();
        steps.acquire();
        served.decrementAndGet();
        return HttpReply.empty(200);
    }

    @Test
    void requestsBeyondThoseAtWorkWaitAndBeyondThoseThatWaitAreRefused() throws Exception {
        HttpThrottle throttle = new HttpThrottle(new HostJson.Http(2, 5, Map.of()));
        CountDownLatch bothAtWork = new CountDownLatch(2);
        List<Future<Integer>> replies = new ArrayList<>();
        for (int caller = 0; caller < 20; caller++) {
            replies.add(callers.submit(
                    () -> throttle.answer(() -> serve(bothAtWork)).status()));
        }
        bothAtWork.await();
        int refused = 0;
        while (refused < 15) {
            refused = (int) replies.stream().filter(Future::isDone).count();
        }
        steps.release(20);
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> reply : replies) {
            statuses.add(reply.get());
        }
        assertThat(statuses).filteredOn(status -> status == 429).hasSize(15);
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(5);
        assertThat(most).hasValue(2);
        assertThat(throttle.answer(() -> HttpReply.empty(204)).status()).isEqualTo(204);
    }

    @Test
    void withoutLimitsAllAreServed() throws Exception {
        HttpThrottle throttle = new HttpThrottle(new HostJson.Http(-1, -1, Map.of()));
        CountDownLatch allAtWork = new CountDownLatch(20);
        List<Future<Integer>> replies = new ArrayList<>();
        for (int caller = 0; caller < 20; caller++) {
            replies.add(
                    callers.submit(() -> throttle.answer(() -> serve(allAtWork)).status()));
        }
        allAtWork.await();
        steps.release(20);
        for (Future<Integer> reply : replies) {
            assertThat(reply.get()).isEqualTo(200);
        }
    }
}
