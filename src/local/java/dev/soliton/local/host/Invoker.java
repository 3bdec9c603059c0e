package dev.soliton.local.host;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs functions, each invocation in a thread of its own and without limit, as the Java worker does.
 *
 * <p>An invocation that outruns functionTimeout fails. Nothing tells the function; where it has not ended of itself two
 * seconds later, the whole JVM goes, and with it every other invocation, which fails first.
 */
final class Invoker {

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final AppCode code;
    private final Console console;
    private final Executor threads;
    private final Optional<Duration> timeout;
    private final WorkerStream stream;
    private final CompletableFuture<Outcome> jvmGoes = new CompletableFuture<>();
    private final Runnable killJvm;

    Invoker(
            AppCode code,
            Console console,
            Executor threads,
            Optional<Duration> timeout,
            WorkerStream stream,
            Runnable killJvm) {
        this.code = code;
        this.console = console;
        this.threads = threads;
        this.timeout = timeout;
        this.stream = stream;
        this.killJvm = killJvm;
    }

    /** Runs the function and waits for its end. Lines of details follow the one that says it is executing. */
    Outcome invoke(LoadedFunction function, String reason, Inputs inputs, String... details) {
        stream.afterInvocation();
        String name = function.definition().logName();
        String category = "Function." + function.definition().name();
        UUID id = UUID.randomUUID();
        console.log(
                category,
                Console.Level.INFORMATION,
                "Executing '" + name + "' (Reason='" + reason + "', Id=" + id + ")");
        for (String detail : details) {
            console.log(category, Console.Level.INFORMATION, "Trigger Details: " + detail);
        }
        long start = System.nanoTime();
        Outcome outcome = await(function, id, inputs);
        stream.afterInvocation();
        String end = ", Id=" + id + ", Duration=" + (System.nanoTime() - start) / 1_000_000 + "ms)";
        if (outcome instanceof Outcome.Failed failed) {
            console.log(category, Console.Level.ERROR, "Executed '" + name + "' (Failed" + end);
            console.log(category, Console.Level.ERROR, describe(name, failed.cause()));
        } else {
            console.log(category, Console.Level.INFORMATION, "Executed '" + name + "' (Succeeded" + end);
        }
        return outcome;
    }

    private Outcome await(LoadedFunction function, UUID id, Inputs inputs) {
        CompletableFuture<Outcome> ending = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(1);
        threads.execute(() -> {
            ending.complete(run(function, id, inputs));
            ended.countDown();
        });
        CompletableFuture<Object> first = CompletableFuture.anyOf(ending, jvmGoes);
        try {
            return (Outcome)
                    (timeout.isEmpty() ? first.get() : first.get(timeout.get().toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            String message = "Timeout value of " + TimeSpans.format(timeout.orElseThrow()) + " exceeded by function '"
                    + function.definition().logName() + "' (Id: '" + id + "'). Initiating cancellation.";
            console.log("Function." + function.definition().name(), Console.Level.ERROR, message);
            threads.execute(() -> killUnlessEnded(ended));
            return new Outcome.Failed(new TimeoutException(message));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private Outcome run(LoadedFunction function, UUID id, Inputs inputs) {
        Method method = function.method();
        InvocationContext context =
                new InvocationContext(id, function.definition().name(), console, stream);
        try {
            if (method == null) {
                throw new IllegalStateException("The function could not be loaded.", function.loadFailure());
            }
            Arguments arguments = new Arguments(function.definition().trigger().bindingName(), inputs, context);
            return new Outcome.Succeeded(code.call(method, arguments));
        } catch (Throwable e) { // an Error is a failed invocation too
            return new Outcome.Failed(e);
        } finally {
            context.close();
        }
    }

    private void killUnlessEnded(CountDownLatch ended) {
        try {
            if (!ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                killJvm.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fails whatever still runs, for its JVM is about to go. */
    void failAll() {
        jvmGoes.complete(new Outcome.Failed(new IllegalStateException("The worker process was killed.")));
    }

    private static String describe(String name, Throwable thrown) {
        String newLine = System.lineSeparator();
        String failure = "Exception while executing function: " + name + ". Result: Failure" + newLine + "Exception: ";
        try {
            Throwable root = root(thrown);
            return failure + root.getClass().getSimpleName() + ": " + root.getMessage() + newLine + "Stack: "
                    + Console.stackTrace(thrown);
        } catch (RuntimeException | StackOverflowError e) { // what it says of itself is the function's own code
            return failure + thrown.getClass().getName();
        }
    }

    /** The last of the causes; of a circle of them the last that is not a repetition. */
    private static Throwable root(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable root = thrown;
        for (Throwable next = thrown; next != null && seen.add(next); next = next.getCause()) {
            root = next;
        }
        return root;
    }
}
