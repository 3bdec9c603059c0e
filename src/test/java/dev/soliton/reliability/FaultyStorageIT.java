package dev.soliton.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.queue.QueueClient;
import dev.soliton.azure.StorageAccount;
import dev.soliton.chaos.CallKind;
import dev.soliton.chaos.Fault;
import dev.soliton.chaos.Plan;
import dev.soliton.chaos.RandomFaults;
import dev.soliton.chaos.StorageProxy;
import dev.soliton.local.Azurite;
import dev.soliton.reliability.Evidence.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two hosts behind a storage that fails, and that is not there for a while: nothing is lost, doubled or stuck, and nothing
 * fails for it. {@code -Dsoliton.outage.minutes=M} makes the outage last for so many minutes, {@code
 * -Dsoliton.faults.seed=S} makes other faults.
 */
@Tag("full")
@Timeout(value = 2, unit = TimeUnit.HOURS)
final class FaultyStorageIT {
    private static final long SEED = Long.getLong("soliton.faults.seed", 20_240_612);
    private static final int OUTAGE_MINUTES = Integer.getInteger("soliton.outage.minutes", 0);

    /** Longer than a worker's lease, so that nobody owns anything any more at its end. */
    private static final Duration OUTAGE =
            OUTAGE_MINUTES == 0 ? Duration.ofSeconds(25) : Duration.ofMinutes(OUTAGE_MINUTES);

    /** A receive whose answer is lost hides its messages for so long; in production it is ten minutes. */
    private static final Duration MESSAGE_LEASE = Duration.ofSeconds(10);

    private static final Workload.Size SIZE = new Workload.Size(20, Duration.ofSeconds(15), 1_000);

    private static Azurite azurite;
    private static StorageProxy proxy;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() {
        System.out.println(
                "FaultyStorageIT: -Dsoliton.faults.seed=" + SEED + " -Dsoliton.outage.minutes=" + OUTAGE_MINUTES);
        azurite = Azurite.start(Azurite.Options.inMemory());
        proxy = StorageProxy.to(azurite.ports());
    }

    @AfterAll
    static void stop() {
        proxy.close();
        azurite.close();
    }

    @Test
    void nothingIsLostDoubledOrStuckWhateverTheStorageAnswers() {
        RandomFaults faults = new RandomFaults(new Random(random.nextLong()));
        try (Fleet fleet = fleet("faults", Fleet.LIMIT);
                Workload work = new Workload(fleet, "f-", new Random(random.nextLong()), SIZE, null)) {
            proxy.follow(faults);
            work.run();
            proxy.follow(Plan.NONE);
            Summary summary = new Summary().put("seed", SEED).put("faults", faults.injected());
            Checker.Findings findings = check(fleet, work, summary, "faults");
            assertThat(findings.received()).isPositive();
            assertThat(faults.injected())
                    .containsKeys(
                            CallKind.TABLE_BATCH,
                            CallKind.TABLE_QUERY,
                            CallKind.QUEUE_PUT,
                            CallKind.QUEUE_GET,
                            CallKind.QUEUE_DELETE,
                            CallKind.BLOB_PUT,
                            CallKind.BLOB_GET,
                            CallKind.BLOB_LEASE);
        }
    }

    @Test
    void outageFailsNothingAndLosesNothing() {
        AtomicInteger refused = new AtomicInteger();
        try (Fleet fleet = fleet("outage", OUTAGE.plus(Fleet.LIMIT));
                Workload work = new Workload(fleet, "o-", new Random(random.nextLong()), SIZE, null)) {
            CompletableFuture<Void> working = CompletableFuture.runAsync(work::run);
            while (fleet.log().lines().size() < SIZE.singletons()) {
                Pace.pause(Duration.ofMillis(100));
            }
            proxy.follow(call -> {
                refused.incrementAndGet();
                return call.number() % 5 == 0 ? Fault.fail(503, "ServerBusy") : Fault.RESET;
            });
            long end = System.nanoTime() + OUTAGE.toNanos();
            while (System.nanoTime() < end) {
                Pace.pause(Duration.ofSeconds(1));
                proxy.forgetCalls(); // of an outage there are very many
            }
            proxy.follow(Plan.NONE);
            working.join();
            Summary summary = new Summary()
                    .put("seed", SEED)
                    .put("outage in seconds", OUTAGE.toSeconds())
                    .put("calls refused", refused.get());
            check(fleet, work, summary, "outage");
            assertThat(refused).hasPositiveValue();
            QueueClient poison = StorageAccount.of(Map.of("AzureWebJobsStorage", azurite.connectionString()))
                    .queues()
                    .getQueueClient("outage-orchestrations-poison");
            poison.createIfNotExists();
            assertThat(poison.peekMessages(1, null, null)).isEmpty();
            assertThat(fleet.said())
                    .extracting(Fleet.Said::line)
                    .noneMatch(line -> line.contains("message requeued") || line.contains("given up"));
        }
    }

    private static Fleet fleet(String hub, Duration patience) {
        Fleet fleet = new Fleet(hub, proxy.connectionString(), new Fleet.Terms(MESSAGE_LEASE, patience));
        fleet.start(2);
        return fleet;
    }

    private Checker.Findings check(Fleet fleet, Workload work, Summary summary, String name) {
        Watch watch = new Watch(fleet, new Random(random.nextLong()), null);
        Map<String, Outcome> outcomes = watch.untilEnded(work.ids(), Fleet.LIMIT);
        Evidence evidence = new Evidence(fleet.log().lines(), work.starts(), work.sent(), outcomes);
        Checker.Findings findings = Checker.check(evidence);
        System.out.println(summary.put(evidence, findings).write(name));
        assertThat(findings.violations()).isEmpty();
        assertThat(findings.committed()).isGreaterThan(SIZE.singletons());
        return findings;
    }
}
