package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.ClientFixture;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.engine.runtime.HostLog;
import dev.soliton.store.StorageException;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The HTTP functions beside a host that is gone: each line of their log blocks for long, or throws, or there is none. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class DeadLogTest {
    /** The loggers of those who tell what is meant here. */
    private static final List<Logger> OWN = Stream.of(HostLink.class, HostWatch.class)
            .map(type -> Logger.getLogger(type.getName()))
            .toList();

    private final ClientFixture hub = new ClientFixture();
    private final ExecutorService writers = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final ExecutionContext invocation = mock();
    private int handedOver;

    /** What the log of an invocation does whose host is gone. */
    enum Death {
        BLOCKS,
        THROWS,
        IS_NOT_THERE
    }

    /** Time passes as soon as somebody waits and the host has been asked to take a line. */
    private final class Passing implements Waits {
        private Duration now = Duration.ZERO;

        @Override
        public synchronized Duration elapsed() {
            return now;
        }

        @Override
        public synchronized void pause(Duration time) {
            now = now.plus(time);
        }

        @Override
        public synchronized <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws InterruptedException {
            asked.await();
            T found = queue.poll();
            if (found == null) {
                now = now.plus(limit);
            }
            return found;
        }
    }

    private final Waits waits = new Passing();
    private final HostWatch watch = new HostWatch(() -> true, waits, () -> handedOver++);

    @BeforeAll
    static void mute() {
        OWN.forEach(logger -> logger.setLevel(Level.OFF));
    }

    @AfterAll
    static void unmute() {
        OWN.forEach(logger -> logger.setLevel(null));
    }

    @AfterEach
    void end() {
        closed.countDown();
        writers.shutdownNow();
    }

    private void give(Death death) {
        if (death == Death.IS_NOT_THERE) {
            when(invocation.getLogger()).thenThrow(new IllegalStateException("call already closed"));
            asked.countDown();
            return;
        }
        when(invocation.getLogger()).thenReturn(new Logger(null, null) {
            @Override
            public void log(LogRecord line) {
                asked.countDown();
                if (death == Death.BLOCKS) {
                    try {
                        closed.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                }
                throw new IllegalStateException("call already half-closed");
            }
        });
    }

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> context -> null);
    }

    private FunctionFactory functions(OrchestrationClient client) {
        AppObjects objects = new GraphBuilder(client, hub.storage, hub.clock)
                .host(new HostLink(watch, new HostLog(writers, waits, watch::logIsBroken)))
                .waits(waits)
                .build();
        return new FunctionFactory(() -> objects);
    }

    private HttpResponseMessage call(HttpFunction function, OrchestrationClient client, FakeRequest request) {
        Map<String, String> route = new HashMap<>();
        function.bindingNames().forEach(name -> route.put(name, name.equals(Routes.FUNCTION_NAME) ? "Job" : "x"));
        return function.call(functions(client), request, route, invocation);
    }

    static Stream<Arguments> functionsThatSayWhenTheStorageFails() {
        return HttpFunction.all().stream()
                .filter(function -> !List.of("DescribeApi", "Health", "GetHolding", "ListOrchestrators")
                        .contains(function.name()))
                .flatMap(function -> Stream.of(Death.values()).map(death -> Arguments.of(function, death)));
    }

    @ParameterizedTest
    @MethodSource("functionsThatSayWhenTheStorageFails")
    void callerGetsTheFailureOfTheStorageWhateverBecomesOfTheLogLine(HttpFunction function, Death death)
            throws Exception {
        give(death);
        OrchestrationClient failing = mock(OrchestrationClient.class, call -> {
            throw new StorageException("no answer", null);
        });
        FakeRequest request = new FakeRequest("http://localhost:7071/api/instances/x", null)
                .query("createdTimeFrom", "2030-01-01T00:00:00Z");
        if (!List.of("ListInstances", "PurgeInstances").contains(function.name())) {
            request.getQueryParameters().clear();
        }
        assertThat(call(function, failing, request).getStatusCode()).isEqualTo(503);
        asked.await();
    }

    @ParameterizedTest
    @EnumSource
    void callerGetsTheAcceptanceWhateverBecomesOfTheLogLine(Death death) throws Exception {
        give(death);
        for (String name : List.of("HttpStartSingle", "RaiseEvent", "SuspendInstance", "TerminateInstance")) {
            HttpFunction function = HttpFunction.all().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            FakeRequest request = new FakeRequest("http://localhost:7071/api/orchestrators/Job/x", null);
            assertThat(call(function, hub.client(), request).getStatusCode())
                    .as(name)
                    .isEqualTo(202);
        }
        assertThat(hub.rows.findRow("x")).isPresent();
        assertThat(hub.inboxOf("x")).hasSize(3);
        asked.await();
    }

    /** HTTP functions may be all that a process runs. */
    @Test
    void lineThatThrowsSaysThatTheHostIsGone() {
        give(Death.THROWS);
        HttpFunction start = HttpFunction.all().stream()
                .filter(each -> each.name().equals("HttpStartSingle"))
                .findFirst()
                .orElseThrow();
        call(start, hub.client(), new FakeRequest("http://localhost:7071/api/orchestrators/Job/x", null));
        writers.shutdown();
        assertThat(awaitWriters()).isTrue();
        assertThat(watch.isGone()).isTrue();
        assertThat(handedOver).isEqualTo(1);
    }

    private boolean awaitWriters() {
        try {
            return writers.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
