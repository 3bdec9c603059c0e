package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.CRASH;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WatchedPayloadStore;
import dev.soliton.store.WriteOutcome;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong in a turn: an author's mistake ends the instance with a reason, trouble of the engine never does. */
final class TurnFailureTest {
    /** More than is kept inline. */
    private static final String LARGE = "x".repeat(20_000);

    private static final long LIMIT = 16L << 20;

    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private Instance run(String name, @Nullable String input) {
        return run(hub.worker(), name, input);
    }

    private Instance run(Engine worker, String name, @Nullable String input) {
        hub.client.start(new StartRequest(name, "job", input));
        hub.drain(worker);
        return status();
    }

    private Instance status() {
        return hub.client.status("job", true).orElseThrow();
    }

    private void assertFailedWith(String... reasons) {
        assertThat(status().status()).as("status of %s", status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains(reasons);
        assertThat(status().owner()).isNull();
        assertThat(hub.queue.messages()).isEmpty();
    }

    private void assertCompletedWith(String output) {
        assertThat(status().status()).as("status of %s", status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo(output);
    }

    private Storage watched(Consumer<String> observer, long maxBytes) {
        return hub.storage(new WatchedPayloadStore(hub.payloads, observer), maxBytes);
    }

    /** An exception whose own methods throw. */
    private static final class Silent extends IllegalStateException {
        @Override
        public String getMessage() {
            throw new NullPointerException("in getMessage");
        }

        @Override
        public String toString() {
            throw new NullPointerException("in toString");
        }
    }

    @Test
    void activityWhoseExceptionCannotBeAskedFailsItsTask() {
        hub.registry
                .orchestrator(
                        "Job", () -> context -> context.callActivity("Break").await())
                .activity("Break", () -> context -> {
                    throw new Silent();
                });
        run("Job", null);
        assertFailedWith("Task 'Break' (#0) failed", Silent.class.getSimpleName());
    }

    @Test
    void orchestratorWhoseExceptionCannotBeAskedFails() {
        hub.registry.orchestrator("Job", () -> context -> {
            throw new Silent();
        });
        run("Job", null);
        assertFailedWith(Silent.class.getSimpleName());
    }

    @Test
    void orchestratorWhoseExceptionAnswersWithAnErrorFails() {
        hub.registry.orchestrator("Job", () -> context -> {
            throw new IllegalStateException() {
                @Override
                public String getMessage() {
                    throw new AssertionError("in getMessage");
                }
            };
        });
        run("Job", null);
        assertFailedWith(TurnFailureTest.class.getName());
    }

    @Test
    void orchestratorWhoseExceptionCannotBeAskedForItsCauseFails() {
        hub.registry.orchestrator("Job", () -> context -> {
            throw new IllegalStateException("that is why") {
                @Override
                public synchronized Throwable getCause() {
                    throw new NullPointerException("in getCause");
                }
            };
        });
        run("Job", null);
        assertFailedWith("that is why");
    }

    @Test
    void orchestratorWhoseFactoryReturnsNothingFailsWithThat() {
        hub.registry.orchestrator("Job", () -> null);
        run("Job", null);
        assertFailedWith("The factory of the orchestrator 'Job' returned null.");
    }

    @Test
    void activityWhoseFactoryReturnsNothingFailsItsTaskWithThat() {
        hub.registry
                .orchestrator(
                        "Job", () -> context -> context.callActivity("Break").await())
                .activity("Break", () -> null);
        run("Job", null);
        assertFailedWith("The factory of the activity 'Break' returned null.");
    }

    @Test
    void orchestratorWhoseFactoryThrowsFails() {
        hub.registry.orchestrator("Job", () -> {
            throw new IllegalStateException("no settings");
        });
        run("Job", null);
        assertFailedWith("java.lang.IllegalStateException: no settings");
    }

    @Test
    void activityWhoseFactoryThrowsFailsItsTask() {
        hub.registry
                .orchestrator(
                        "Job", () -> context -> context.callActivity("Break").await())
                .activity("Break", () -> {
                    throw new IllegalStateException("no settings");
                });
        run("Job", null);
        assertFailedWith("Task 'Break' (#0) failed", "java.lang.IllegalStateException: no settings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not JSON", "{}", "[{\"type\":\"ExecutionStarted\",\"at\":1"})
    void journalThatCannotBeReadFailsTheInstance(String events) {
        hub.registry.orchestrator("Job", () -> context -> "done");
        hub.client.start(new StartRequest("Job", "job", null));
        writeJournal(events);
        hub.drain(hub.worker());
        assertFailedWith("The journal cannot be read: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[null]", "[{\"type\":\"ExecutionStarted\"}]"})
    void journalThatIsJsonButLacksSomethingFailsTheInstance(String events) {
        hub.registry.orchestrator("Job", () -> context -> "done");
        hub.client.start(new StartRequest("Job", "job", null));
        writeJournal(events);
        hub.drain(hub.worker());
        assertFailedWith("The journal cannot be read: ");
    }

    private void writeJournal(String events) {
        Versioned<InstanceRow> row = hub.instances.findRow("job").orElseThrow();
        WriteOutcome outcome = hub.instances.write(
                "job",
                List.of(
                        new RowChange.ReplaceInstance(
                                row.row().at(0, new InstanceRow.Progress(1, 0, null, null)), row.etag()),
                        new RowChange.InsertJournal(new JournalRow(row.row().key(), 0, events))));
        assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void inputThatSomebodyRemovedFailsTheInstance() {
        hub.registry.orchestrator("Job", () -> context -> context.getInput(String.class));
        hub.client.start(new StartRequest("Job", "job", "\"" + LARGE + "\""));
        String name = hub.payloads.names().iterator().next();
        hub.payloads.delete(name);
        hub.drain(hub.worker());
        Instance ended = hub.client.status("job", false).orElseThrow();
        assertThat(ended.status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(ended.output()).contains("The stored payload '" + name + "' is gone.");
    }

    @Test
    void resultThatSomebodyRemovedFailsTheInstanceThatIsReplayed() {
        hub.registry
                .orchestrator("Job", () -> context -> {
                    try {
                        context.callActivity("Make", null, String.class).await();
                    } catch (RuntimeException failure) {
                        return "not for the author to decide";
                    }
                    return context.callActivity("Make", null, String.class).await();
                })
                .activity("Make", () -> context -> LARGE);
        diesAfter(4, "Job");
        hub.payloads.names().forEach(hub.payloads::delete);
        hub.drain(hub.worker());
        assertFailedWith("The stored payload '", "' is gone.");
    }

    /** A worker that dies, after so many calls, of the death that a process dies. */
    private void diesAfter(int calls, String name) {
        hub.client.start(new StartRequest(name, "job", null));
        FaultyInstanceStore dying = new FaultyInstanceStore(hub.instances);
        for (int call = 0; call < calls; call++) {
            dying.plan(NONE);
        }
        dying.plan(CRASH);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        assertThatThrownBy(() -> hub.worker(store -> dying).process(delivery.message(), hub.log))
                .isInstanceOfAny(FaultyInstanceStore.Crash.class, EngineFailureException.class);
    }

    @Test
    void failureIsRecordedHoweverSmallThePayloadsMayBe() {
        hub.registry.orchestrator("Job", () -> context -> {
            throw new IllegalStateException("plain");
        });
        run(hub.worker(hub.storage(hub.payloads, 16)), "Job", null);
        assertFailedWith("java.lang.IllegalStateException: plain");
    }

    @Test
    void failureOfATaskIsThatOfTheTaskHoweverSmallThePayloadsMayBe() {
        hub.registry
                .orchestrator("Job", () -> context -> {
                    try {
                        return context.callActivity("Break").await();
                    } catch (TaskFailedException failure) {
                        return failure.getFailureDetails().message();
                    }
                })
                .activity("Break", () -> context -> {
                    throw new IllegalStateException("plain");
                });
        run(hub.worker(hub.storage(hub.payloads, 16)), "Job", null);
        assertCompletedWith("\"plain\"");
    }

    @Test
    void limitThatIsLoweredDuringARunDoesNotRefuseWhatItLetPass() {
        AtomicInteger runs = new AtomicInteger();
        hub.registry
                .orchestrator("Job", () -> context -> {
                    Integer length = context.callActivity("Length", "x".repeat(5_000), Integer.class)
                            .await();
                    return context.callActivity("Length", "y" + length, Integer.class)
                            .await();
                })
                .activity("Length", () -> context -> {
                    runs.incrementAndGet();
                    return Objects.requireNonNull(context.getInput(String.class))
                            .length();
                });
        diesAfter(4, "Job");
        hub.drain(hub.worker(hub.storage(hub.payloads, 4_000)));
        assertCompletedWith("5");
        assertThat(runs).hasValue(3);
    }

    @Test
    void storageThatFailsWhileAnActivityReadsItsInputIsNoFailureOfTheStep() {
        AtomicInteger reads = new AtomicInteger();
        Storage blinking = watched(
                verb -> {
                    if (verb.equals("get") && reads.incrementAndGet() == 1) {
                        throw new StorageException("planned", null);
                    }
                },
                LIMIT);
        registerLength();
        run(hub.worker(blinking), "Job", null);
        assertCompletedWith("20000");
        assertThat(reads).hasValueGreaterThan(1);
    }

    @Test
    void storageThatFailsWhileAResultIsKeptIsNoFailureOfTheStep() {
        AtomicInteger writes = new AtomicInteger();
        Storage blinking = watched(
                verb -> {
                    if (verb.equals("put") && writes.incrementAndGet() == 1) {
                        throw new StorageException("planned", null);
                    }
                },
                LIMIT);
        hub.registry
                .orchestrator(
                        "Job",
                        () -> context ->
                                context.callActivity("Make", null, String.class).await())
                .activity("Make", () -> context -> LARGE);
        run(hub.worker(blinking), "Job", null);
        assertCompletedWith("\"" + LARGE + "\"");
    }

    private void registerLength() {
        hub.registry
                .orchestrator(
                        "Job",
                        () -> context -> context.callActivity("Length", LARGE, Integer.class)
                                .await())
                .activity(
                        "Length",
                        () -> context -> Objects.requireNonNull(context.getInput(String.class))
                                .length());
    }

    @Test
    void failureOfTheEngineIsNeitherSeenByTheAuthorNorAnEnd() {
        FaultyInstanceStore refusing = new FaultyInstanceStore(hub.instances);
        hub.registry
                .orchestrator("Two", () -> context -> {
                    try {
                        String first =
                                context.callActivity("Real", null, String.class).await();
                        // The commit that has the result is the one that asks for this.
                        context.callActivity("Other").await();
                        return first;
                    } catch (Throwable failure) {
                        return "fallback after " + failure;
                    }
                })
                .activity("Real", () -> context -> {
                    refusing.beforeNext("write", () -> {
                        throw new IllegalArgumentException("a property has at most 64 KiB");
                    });
                    return "real";
                })
                .activity("Other", () -> context -> null);
        hub.client.start(new StartRequest("Two", "job", null));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        assertThatThrownBy(() -> hub.worker(store -> refusing).process(delivery.message(), hub.log))
                .isInstanceOf(EngineFailureException.class)
                .hasMessageContaining("64 KiB");
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.drain(hub.worker());
        assertCompletedWith("\"real\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {Registry.MAX_NAME_LENGTH + 1, 500_000})
    void nameThatIsTooLongFailsTheInstanceAndNamesTheLimit(int length) {
        hub.registry.orchestrator(
                "Job", () -> context -> context.callActivity("n".repeat(length)).await());
        run("Job", null);
        assertFailedWith("at most " + Registry.MAX_NAME_LENGTH + " characters");
    }

    @Test
    void nameOfTheGreatestLengthIsCalled() {
        String name = "n".repeat(Registry.MAX_NAME_LENGTH);
        hub.registry
                .orchestrator(
                        "Job",
                        () -> context ->
                                context.callActivity(name, null, String.class).await())
                .activity(name, () -> context -> "called");
        run("Job", null);
        assertCompletedWith("\"called\"");
    }

    /** A store that gives up where the thread was interrupted, as the JDK's HTTP client does. */
    private Storage givingUpWhenInterrupted() {
        return watched(
                verb -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new StorageException("interrupted", new InterruptedException());
                    }
                },
                LIMIT);
    }

    @Test
    void interruptThatAnActivityLeavesSetIsNotTakenForAStop() {
        AtomicInteger runs = new AtomicInteger();
        hub.registry
                .orchestrator(
                        "Job",
                        () -> context ->
                                context.callActivity("Make", null, String.class).await())
                .activity("Make", () -> context -> {
                    runs.incrementAndGet();
                    Thread.currentThread().interrupt();
                    return LARGE;
                });
        run(hub.worker(givingUpWhenInterrupted()), "Job", null);
        assertCompletedWith("\"" + LARGE + "\"");
        assertThat(runs).hasValue(1);
    }

    @Test
    void interruptLeftSetBeforeAWaitIsNotTakenForAStop() {
        registerLength();
        hub.registry.orchestrator("Interrupts", () -> context -> {
            Thread.currentThread().interrupt();
            return context.callActivity("Length", "four", Integer.class).await();
        });
        runAndClearTheFlag("Interrupts");
        assertCompletedWith("4");
    }

    @Test
    void interruptLeftSetBeforeALargeRequestIsNotTakenForAStop() {
        registerLength();
        hub.registry.orchestrator("Interrupts", () -> context -> {
            Thread.currentThread().interrupt();
            return context.callActivity("Length", LARGE, Integer.class).await();
        });
        runAndClearTheFlag("Interrupts");
        assertCompletedWith("20000");
    }

    @Test
    void interruptLeftSetAtTheEndIsNotTakenForAStop() {
        hub.registry.orchestrator("Interrupts", () -> context -> {
            Thread.currentThread().interrupt();
            return LARGE;
        });
        runAndClearTheFlag("Interrupts");
        assertCompletedWith("\"" + LARGE + "\"");
    }

    /** One delivery has to do: the flag does not go away when the message comes again. */
    private void runAndClearTheFlag(String name) {
        hub.client.start(new StartRequest(name, "job", null));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        try {
            assertThat(hub.worker(givingUpWhenInterrupted()).process(delivery.message(), hub.log))
                    .isEqualTo(TurnOutcome.ENDED);
        } finally {
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud800", "\udc00b", "a\udc00\ud800b", "a\u2028b", "\u2029", "🌊", "\ud83c\ud83c\udf0a"})
    void charactersThatSomeStorageCannotKeepComeBackAsTheyWere(String text) {
        hub.registry
                .orchestrator("Echo", () -> context -> {
                    context.setCustomStatus(context.getInput(String.class));
                    return context.callActivity("Same", context.getInput(String.class), String.class)
                            .await();
                })
                .activity("Same", () -> context -> context.getInput(String.class));
        Instance ended = run("Echo", "\"" + text + "\"");
        assertThat(ended.status()).isEqualTo(RuntimeStatus.COMPLETED);
        EngineJson json = new EngineJson();
        assertThat(json.read(ended.input(), String.class)).isEqualTo(text);
        assertThat(json.read(ended.output(), String.class)).isEqualTo(text);
        assertThat(json.read(ended.customStatus(), String.class)).isEqualTo(text);
        assertKeepable(String.valueOf(ended.input()));
        assertKeepable(String.valueOf(ended.output()));
        assertKeepable(String.valueOf(ended.customStatus()));
        hub.instances.load("job").journal().forEach(row -> assertKeepable(row.events()));
    }

    private static void assertKeepable(String stored) {
        assertThat(stored.codePoints())
                .noneMatch(character -> character == 0x2028
                        || character == 0x2029
                        || Character.getType(character) == Character.SURROGATE);
    }

    @Test
    void failureWithCharactersThatSomeStorageCannotKeepIsKept() {
        hub.registry
                .orchestrator(
                        "Job", () -> context -> context.callActivity("Break").await())
                .activity("Break", () -> context -> {
                    throw new IllegalStateException("a\ud800b\u2028c");
                });
        run("Job", null);
        assertFailedWith("a\\ud800b\\u2028c");
        hub.instances.load("job").journal().forEach(row -> assertKeepable(row.events()));
    }

    @Test
    void numberOfADigitTooManyIsAClearFailure() {
        hub.registry.orchestrator("Job", () -> context -> context.getInput(BigInteger.class));
        run("Job", "9".repeat(1_000_000));
        assertFailedWith("DataConverterException", "Number value length (1000000)");
    }

    @Test
    void numberOfATinyTextAndAHugeValueIsAClearFailure() {
        hub.registry.orchestrator("Job", () -> context -> context.getInput(BigInteger.class));
        run("Job", "1e999999999");
        assertFailedWith("DataConverterException", "java.math.BigInteger");
    }
}
