package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.soliton.orchestration.ActivityContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The activity against a server of this test. */
final class FetchUrlTest {
    private static final Duration AMPLE = Duration.ofMinutes(2);

    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    FetchUrlTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void serve() {
        server.createContext("/fine", exchange -> answer(exchange, 200, "fine"));
        server.createContext("/broken", exchange -> answer(exchange, 500, "broken"));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/fine");
            answer(exchange, 302, "");
        });
        server.createContext("/trickle", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            await();
            exchange.close();
        });
        server.createContext("/silent", exchange -> {
            await();
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void tellsStatusAndHashOfTheBody() throws Exception {
        FetchUrl.Result result = fetch("/fine", AMPLE);

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.isGood()).isTrue();
        // printf fine | sha256sum
        assertThat(result.hash()).isEqualTo("d14a58bae804a2b80b5b76a010239c88ffca1fc7951a90f8e9131beda1e23c1b");
        assertThat(result.error()).isNull();
    }

    @Test
    void anErrorOfTheServerIsAResult() throws Exception {
        FetchUrl.Result result = fetch("/broken", AMPLE);

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.isGood()).isFalse();
    }

    @Test
    void followsRedirects() throws Exception {
        assertThat(fetch("/moved", AMPLE))
                .usingRecursiveComparison()
                .ignoringFields("millis")
                .isEqualTo(fetch("/fine", AMPLE));
    }

    @Test
    void aServerThatIsNotThereIsAResult() throws Exception {
        int port = server.getAddress().getPort();
        server.stop(0);

        FetchUrl.Result result = fetch("http://127.0.0.1:" + port + "/fine", AMPLE, InstantSource.system());

        assertThat(result.isGood()).isFalse();
        assertThat(result.status()).isNull();
        assertThat(result.error()).contains("ConnectException");
    }

    @Test
    void waitsNoLongerThanItMayForAnAnswer() throws Exception {
        FetchUrl.Result result = fetch("/silent", Duration.ofMillis(300));

        assertThat(result.isGood()).isFalse();
        assertThat(result.error()).isNotEmpty();
    }

    @Test
    void waitsNoLongerThanItMayForTheLastByte() throws Exception {
        FetchUrl.Result result = fetch("/trickle", Duration.ofMillis(500));

        assertThat(result.status()).isNull();
        assertThat(result.error()).contains("PT0.5S");
    }

    @Test
    void endsWhenItIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> fetch("/silent", AMPLE)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void addressThatIsNotPublicIsNotAskedHoweverItIsWritten() throws InterruptedException {
        int port = server.getAddress().getPort();
        for (String host : new String[] {"127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "[::1]"}) {
            FetchUrl.Result result = fetch("http://" + host + ":" + port + "/fine", AMPLE, PublicAddresses::isPublic);
            assertThat(result.status()).as(host).isNull();
            assertThat(result.error()).as(host).contains("is not a public address");
        }
    }

    @Test
    void redirectToAnAddressThatMayNotBeAskedIsNotFollowed() throws InterruptedException {
        int port = server.getAddress().getPort();
        server.createContext("/inwards", exchange -> {
            exchange.getResponseHeaders().add("Location", "http://localhost:" + port + "/fine");
            answer(exchange, 302, "");
        });
        // The first hop is allowed by its address, and the name of the second resolves to one that is not.
        AtomicInteger asked = new AtomicInteger();
        FetchUrl.Result result =
                fetch("http://127.0.0.1:" + port + "/inwards", AMPLE, address -> asked.getAndIncrement() == 0);
        assertThat(result.error()).contains("'localhost' is not a public address");
    }

    private static FetchUrl.Result fetch(String url, Duration limit, Predicate<InetAddress> fetchable)
            throws InterruptedException {
        ActivityContext context = mock(ActivityContext.class);
        when(context.getInput(String.class)).thenReturn(url);
        return new FetchUrl(InstantSource.system(), limit, fetchable).run(context);
    }

    private FetchUrl.Result fetch(String path, Duration limit) throws InterruptedException {
        return fetch("http://127.0.0.1:" + server.getAddress().getPort() + path, limit, InstantSource.system());
    }

    private static FetchUrl.Result fetch(String url, Duration limit, InstantSource clock) throws InterruptedException {
        ActivityContext context = mock(ActivityContext.class);
        when(context.getInput(String.class)).thenReturn(url);
        return new FetchUrl(clock, limit, address -> true).run(context);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void await() {
        try {
            over.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
