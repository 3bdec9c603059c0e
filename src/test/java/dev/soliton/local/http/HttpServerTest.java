package dev.soliton.local.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connection may do, and what becomes of one that does not go on. */
final class HttpServerTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<RawRequest> asked = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private HttpLimits limits = HttpLimits.KESTREL.withTimes(LONG, LONG, LONG);
    private HttpServer server = start();

    private HttpServer start() {
        try {
            return new HttpServer(0, () -> limits, this::answer, threads, failures::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpReply answer(RawRequest request) throws InterruptedException {
        asked.add(request);
        if (request.path().equals("/slow")) {
            begun.countDown();
            gate.await();
        }
        if (request.path().equals("/fails")) {
            throw new StackOverflowError("told to");
        }
        byte[] body = request.body();
        return HttpReply.of(200, body == null ? "(too long)".getBytes(StandardCharsets.US_ASCII) : body);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1\\r\\nHost: a:\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: [::1\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n: b\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: a\\rb\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\n X: a\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked, gzip\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: upgrade\\r\\nContent-Length: 1\\r\\n\\r\\nx | 400",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:\\r\\n\\r\\n | 400",
                "POST / HTTP/1.0\\r\\nHost: a\\r\\n\\r\\n | 400",
                "G@T / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET /a%00 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET ?a HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET / HTTP/1.1x\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET http://b/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET http://A/ HTTP/1.1\\r\\nHost: A\\r\\n\\r\\n | 400",
                "GET http://a:81/ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET https://a/ HTTP/1.1\\r\\nHost: a:80\\r\\n\\r\\n | 400",
                "CONNECT a:80 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 400",
                "GET a:80 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n | 405",
                "GET / HTTP/3.0\\r\\nHost: a\\r\\n\\r\\n | 505",
                "GET / http/1.1\\r\\nHost: a\\r\\n\\r\\n | 505",
            })
    void whatIsNoRequestIsRefusedAndTheConnectionCloses(String request, int status) throws IOException {
        String received = exchange(request.replace("\\r", "\r").replace("\\n", "\n"));

        assertThat(received)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("Connection: close")
                .endsWith("\r\n\r\n");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://a/x, a, /x",
        "http://A/x, a, /x",
        "http://a:80/x, a, /x",
        "http://a/x, a:80, /x",
        "https://a:443/x, a, /x",
        "https://a/x, a:443, /x",
        "http://me:secret@a/x, a, /x",
        "http://a/x%2Fy%25z, a, /x/y%z",
        "http://a/x#y, a, /x",
        "http://a, a, /",
        "/x%2Fy%25z, a, /x%2Fy%z",
        "/x#y, a, /x#y",
    })
    void aTargetThatIsAbsoluteIsTakenApartAndItsHostIsTheSame(String target, String host, String path)
            throws IOException {
        String received = exchange("GET " + target + "?q HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        assertThat(received).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(asked).extracting(RawRequest::path).containsExactly(path);
    }

    @Test
    void aLineAndHeadersMayBeAsLongAsTheLimit() throws IOException {
        String line = "GET /" + "a".repeat(8192 - "GET / HTTP/1.1\r\n".length()) + " HTTP/1.1\r\n";
        String host = "Host: a\r\nConnection: close\r\n";
        String filling = "X: " + "b".repeat(32768 - host.length() - "X: \r\n\r\n".length()) + "\r\n";

        assertThat(exchange(line + host + filling + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(exchange(line.replace("/a", "/aa") + host + "\r\n")).startsWith("HTTP/1.1 414 ");
        assertThat(exchange("GET / HTTP/1.1\r\n" + host + filling.replace(": ", ": b") + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void requestsOfAConnectionAreAnsweredInTheirOrder() throws IOException {
        String chunked =
                "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n";

        String received = exchange("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1\r\n" + chunked
                + "POST /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\n3");

        assertThat(received).containsSubsequence("\r\n1\r\n", "Content-Length: 0", "\r\n3\r\n");
        assertThat(asked).extracting(RawRequest::path).containsExactly("/a", "/b", "/c");
    }

    @Test
    void anErrorOfTheHandlerIsReportedAndAnEmpty500() throws IOException {
        String received = exchange("GET /fails HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(received).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\n");
        assertThat(failures).singleElement().isInstanceOf(StackOverflowError.class);
    }

    @Test
    void aBodyOverTheLimitIsRefusedByItsLengthAlone() throws IOException {
        limits = limits.withBody(10);

        assertThat(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"))
                .contains("(too long)")
                .contains("Connection: close");
    }

    @Test
    void aCallerThatWaitsForTheWordToGoOnGetsIt() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(read(socket, "HTTP/1.1 100 Continue\r\n\r\n".length())).startsWith("HTTP/1.1 100 ");
            send(socket, "ok");
            assertThat(read(socket, "HTTP/1.1 200".length())).isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void aHalfSentHeadIsGivenUp() throws IOException {
        limits = limits.withTimes(SHORT, LONG, LONG);

        assertThat(exchange("GET / HTTP/1.1\r\nHost: a")).startsWith("HTTP/1.1 408 ");
        assertThat(asked).isEmpty();
    }

    @Test
    void aHalfSentBodyIsGivenUp() throws IOException {
        limits = limits.withTimes(LONG, LONG, SHORT);

        assertThat(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"))
                .startsWith("HTTP/1.1 500 ");
        assertThat(asked).isEmpty();
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        limits = limits.withTimes(LONG, SHORT, LONG);

        assertThat(exchange("")).isEmpty();
        assertThat(exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aServerThatDrainsAnswersWhatIsUnderWayAndRefusesTheRest() throws Exception {
        try (Socket busy = connect();
                Socket idle = connect()) {
            send(busy, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            begun.await();
            server.drain();

            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            gate.countDown();
            assertThat(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Connection: close");
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = connect();
                InputStream in = socket.getInputStream()) {
            send(socket, request);
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }
}
