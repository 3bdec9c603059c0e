package dev.soliton.chaos;

import dev.soliton.local.StoragePorts;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A proxy between a storage SDK and an emulator that holds, loses or refuses the calls that a {@link Plan} names.
 *
 * <p>Requests and answers pass byte by byte as they came, so signatures stay valid. Each call goes to the storage
 * over a connection of its own: a kept one could be closed by the storage just when it is used, and a call would be
 * lost that no plan named.
 *
 * <p>Who counts calls must know that callers repeat them: the SDKs retry whatever got no answer, a 408, a 429 or
 * a 5xx, three times by default; and the JDK's client repeats by itself a GET or HEAD whose reused connection was
 * closed.
 */
public final class StorageProxy implements AutoCloseable {

    private static final int EXCERPT = 1 << 16;

    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Set<Parked> allParked = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Parked> parked = new LinkedBlockingQueue<>();
    private final List<Call> calls = new ArrayList<>();
    private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "storage proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final StoragePorts ports;
    private Plan plan = Plan.NONE;
    private int forgotten;
    private volatile boolean closed;

    private StorageProxy(StoragePorts storage) throws IOException {
        this.ports = new StoragePorts(
                listen(StorageService.BLOB, storage.blob()),
                listen(StorageService.QUEUE, storage.queue()),
                listen(StorageService.TABLE, storage.table()));
    }

    /** Starts a proxy, on three free ports, to the storage at these; it forwards everything at first. */
    public static StorageProxy to(StoragePorts storage) {
        try {
            return new StorageProxy(storage);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public StoragePorts ports() {
        return ports;
    }

    /** Leads to the same storage account, through the proxy. */
    public String connectionString() {
        return ports.connectionString();
    }

    /** From now on this plan is asked, and no other. */
    public void follow(Plan plan) {
        synchronized (calls) {
            this.plan = plan;
        }
    }

    /** The calls seen since the start or since {@link #forgetCalls}, in order, those of no effect included. */
    public List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    public List<Call> calls(Predicate<Call> match) {
        return calls().stream().filter(match).toList();
    }

    /** Begins the list anew; the numbers go on. */
    public void forgetCalls() {
        synchronized (calls) {
            forgotten += calls.size();
            calls.clear();
        }
    }

    /** The status that the caller was answered, or would have been; empty where there was no answer so far. */
    public OptionalInt status(Call call) {
        Integer status = statuses.get(call.number());
        return status == null ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /**
     * Waits for the next call, in order of parking, that no earlier call of this method has returned.
     *
     * @throws AssertionError if none is parked in time; its message lists the calls
     */
    public Parked awaitParked(Duration limit) throws InterruptedException {
        Parked next = parked.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
            StringBuilder message = new StringBuilder("nothing was parked within " + limit + "; calls:");
            calls().forEach(call -> message.append("\n  ").append(call));
            throw new AssertionError(message.toString());
        }
        return next;
    }

    /** Lets everything parked so far go on its way. */
    public void releaseAll() {
        allParked.forEach(Parked::release);
    }

    /** Closes all connections, parked ones too; calls parked before they were forwarded are lost. */
    @Override
    public void close() {
        closed = true;
        allParked.forEach(Parked::drop);
        listeners.forEach(StorageProxy::closeQuietly);
        connections.forEach(StorageProxy::closeQuietly);
        threads.shutdown();
    }

    private int listen(StorageService service, int storagePort) throws IOException {
        ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        listeners.add(listener);
        threads.execute(() -> {
            while (!closed) {
                try {
                    Socket caller = listener.accept();
                    threads.execute(() -> serve(caller, service, storagePort));
                } catch (IOException e) {
                    return; // closed
                }
            }
        });
        return listener.getLocalPort();
    }

    private void serve(Socket caller, StorageService service, int storagePort) {
        connections.add(caller);
        try (caller) {
            caller.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(caller.getInputStream());
            OutputStream out = caller.getOutputStream();
            boolean goesOn = !closed;
            while (goesOn) {
                HttpMessage request = HttpMessage.readRequest(in, out);
                goesOn = request != null && answer(request, service, storagePort, caller);
            }
        } catch (IOException e) {
            // The caller or the storage has gone; the other side sees its connection closed.
        } finally {
            connections.remove(caller);
        }
    }

    /** Whether the connection stays open. */
    private boolean answer(HttpMessage request, StorageService service, int storagePort, Socket caller)
            throws IOException {
        OutputStream out = caller.getOutputStream();
        Call call;
        Fault fault;
        synchronized (calls) {
            call = callOf(request, service, forgotten + calls.size() + 1);
            calls.add(call);
            fault = plan.decide(call);
        }
        if (fault instanceof Fault.Reset) {
            caller.setSoLinger(true, 0);
            return false;
        }
        if (fault instanceof Fault.DropBefore || (fault instanceof Fault.ParkBefore && !park(call))) {
            return false;
        }
        if (fault instanceof Fault.Fail fail) {
            return refuse(request, call, fail, out);
        }
        HttpMessage answer = forward(request, call, storagePort);
        statuses.put(call.number(), answer.status());
        if (fault instanceof Fault.DropAfter || (fault instanceof Fault.ParkAfter && !park(call))) {
            return false;
        }
        if (fault instanceof Fault.FailAfter failed) {
            return refuse(request, call, failed.answer(), out);
        }
        out.write(answer.raw());
        out.flush();
        return !request.closesConnection() && !answer.closesConnection();
    }

    private boolean refuse(HttpMessage request, Call call, Fault.Fail answer, OutputStream out) throws IOException {
        statuses.put(call.number(), answer.status());
        out.write(refusal(call, answer));
        out.flush();
        return !request.closesConnection();
    }

    private boolean park(Call call) {
        Parked entry = new Parked(call);
        allParked.add(entry);
        if (closed) {
            entry.drop();
        }
        parked.add(entry);
        try {
            return entry.awaitGoesOn();
        } finally {
            allParked.remove(entry);
        }
    }

    private HttpMessage forward(HttpMessage request, Call call, int storagePort) throws IOException {
        try (Socket storage = new Socket(InetAddress.getLoopbackAddress(), storagePort)) {
            connections.add(storage);
            try {
                storage.setTcpNoDelay(true);
                storage.setSoLinger(true, 0); // thousands of calls would leave as many ports waiting
                storage.getOutputStream().write(request.raw());
                storage.getOutputStream().flush();
                return HttpMessage.readAnswer(new BufferedInputStream(storage.getInputStream()), call.method());
            } finally {
                connections.remove(storage);
            }
        }
    }

    private static Call callOf(HttpMessage request, StorageService service, int number) {
        String[] words = request.startLine().split(" ", -1);
        String target = words[1];
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String account = "/" + StoragePorts.ACCOUNT;
        String relative = path.startsWith(account) ? path.substring(account.length()) : path;
        return new Call(
                number,
                service,
                words[0],
                // A plus sign in a path is a plus sign.
                URLDecoder.decode(relative.replace("+", "%2B"), StandardCharsets.UTF_8),
                mark < 0 ? "" : target.substring(mark + 1),
                Collections.unmodifiableMap(request.headers()),
                new String(request.content(), 0, Math.min(request.content().length, EXCERPT), StandardCharsets.UTF_8));
    }

    private static byte[] refusal(Call call, Fault.Fail fail) {
        boolean table = call.service() == StorageService.TABLE;
        String text = "The proxy refuses call #" + call.number() + ".";
        String body = table
                ? "{\"odata.error\":{\"code\":\"" + fail.errorCode() + "\",\"message\":{\"lang\":\"en-US\",\"value\":\""
                        + text + "\"}}}"
                : "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + fail.errorCode() + "</Code><Message>"
                        + text + "</Message></Error>";
        String head = "HTTP/1.1 " + fail.status() + " Refused\r\n"
                + "Content-Type: " + (table ? "application/json" : "application/xml") + "\r\n"
                + "x-ms-error-code: " + fail.errorCode() + "\r\n"
                + "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n";
        return (call.method().equals("HEAD") ? head : head + body).getBytes(StandardCharsets.UTF_8);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is closed one way or the other.
        }
    }
}
