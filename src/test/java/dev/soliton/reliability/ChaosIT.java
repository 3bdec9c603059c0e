package dev.soliton.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.Azurite;
import dev.soliton.reliability.Evidence.Outcome;
import dev.soliton.reliability.Evidence.Sent;
import dev.soliton.reliability.Evidence.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Singletons of all kinds on three hosts that are killed, stopped and replaced by chance, for two minutes with 60 of them,
 * some of which are terminated, purged, rewound, suspended and resumed meanwhile, or followed by further runs.
 * {@code -Dsoliton.chaos.minutes=M} goes on for longer, with {@code -Dsoliton.chaos.singletons=N} in each round of two
 * minutes, and {@code -Dsoliton.chaos.seed=S} does other things at other times. What is done is a matter of the seed; what
 * it hits is not.
 */
@Tag("full")
@Timeout(value = 2, unit = TimeUnit.HOURS)
final class ChaosIT {
    private static final long SEED = Long.getLong("soliton.chaos.seed", 7);
    private static final int MINUTES = Integer.getInteger("soliton.chaos.minutes", 0);
    private static final int SINGLETONS = Integer.getInteger("soliton.chaos.singletons", 60);
    private static final int HOSTS = 3;

    /** Of the build; two minutes with the start of the hosts, and until all has ended. */
    private static final Duration SHORT = Duration.ofSeconds(55);

    private static final Duration ROUND = Duration.ofMinutes(2);

    @Test
    void promisesAreKeptWhateverIsDoneToTheHosts() {
        System.out.println("ChaosIT: -Dsoliton.chaos.seed=" + SEED + " -Dsoliton.chaos.singletons=" + SINGLETONS
                + " -Dsoliton.chaos.minutes=" + MINUTES);
        Random random = new Random(SEED);
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory());
                Fleet fleet = new Fleet("chaos", azurite.connectionString(), Fleet.Terms.PRODUCTION)) {
            fleet.start(HOSTS);
            Disturbances disturbances = new Disturbances(fleet, new Random(random.nextLong()));
            Duration span = MINUTES == 0 ? SHORT : Duration.ofMinutes(MINUTES);
            CompletableFuture<Void> chaos = CompletableFuture.runAsync(() -> disturbances.run(span));
            Operators operators = new Operators(fleet);
            Watch watch = new Watch(fleet, new Random(random.nextLong()), operators);
            CompletableFuture<Void> watching = CompletableFuture.runAsync(() -> watch.lookUntil(chaos::isDone));
            List<String> ids = new ArrayList<>();
            List<Start> starts = new ArrayList<>();
            List<Sent> sent = new ArrayList<>();
            for (int round = 0; round == 0 || !chaos.isDone(); round++) {
                Workload.Size size = new Workload.Size(SINGLETONS, MINUTES == 0 ? SHORT : ROUND, 3_000);
                String prefix = "r" + round + "-";
                try (Workload work = new Workload(fleet, prefix, new Random(random.nextLong()), size, operators)) {
                    work.run();
                    ids.addAll(work.ids());
                    starts.addAll(work.starts());
                    sent.addAll(work.sent());
                }
            }
            chaos.join();
            watching.join();
            Map<String, Outcome> outcomes = watch.untilEnded(ids, Fleet.LIMIT);
            Deeds deeds = operators.deeds();
            Evidence evidence = new Evidence(fleet.log().lines(), starts, sent, deeds, outcomes);
            Checker.Findings findings = Checker.check(evidence);
            System.out.println(new Summary()
                    .put("seed", SEED)
                    .put("kills", disturbances.kills())
                    .put("standstills", disturbances.stops())
                    .put("restarts", disturbances.restarts())
                    .put("instances terminated", deeds.terminated().size())
                    .put("instances purged", deeds.purged().size())
                    .put("instances rewound", deeds.rewound().size())
                    .put("instances suspended and resumed", deeds.suspended().size())
                    .put(
                            "runs asked for that follow others",
                            deeds.relays().values().stream()
                                    .mapToInt(List::size)
                                    .sum())
                    .put(evidence, findings)
                    .write("chaos"));
            assertThat(findings.violations()).isEmpty();
            assertThat(disturbances.kills()).isPositive();
            assertThat(disturbances.stops()).isPositive();
            assertThat(findings.committed()).isGreaterThan(ids.size());
            assertThat(findings.received()).isPositive();
            assertThat(deeds.terminated()).isNotEmpty();
            assertThat(deeds.purged()).isNotEmpty();
            assertThat(deeds.rewound()).isNotEmpty();
            assertThat(deeds.suspended()).isNotEmpty();
            assertThat(deeds.relays()).isNotEmpty();
        }
    }
}
