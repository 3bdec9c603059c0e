package dev.soliton.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Duties.Duty;
import dev.soliton.local.Azurite;
import dev.soliton.local.host.Stopping;
import dev.soliton.local.host.Stopping.Then;
import dev.soliton.reliability.Fleet.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long work stands still that a host had under way which stops or dies, in each of the ways in which it can. Not in the
 * build, as each way takes two to three minutes: {@code -Dsoliton.stops=1}.
 */
@Tag("full")
@EnabledIfSystemProperty(named = "soliton.stops", matches = "[1-9][0-9]*")
@Timeout(value = 2, unit = TimeUnit.HOURS)
final class StopTimesIT {
    private static final int RUNS = Integer.getInteger("soliton.stops", 0);
    private static final int SHORT = 40;
    private static final int LONG = 3;
    private static final Duty SHORT_JOB = new Duty("short", 30, 2_000, null, null);
    private static final Duty LONG_JOB = new Duty("long", 1, 90_000, null, null);

    private static final Stopping TOLD = new Stopping(Duration.ZERO, Duration.ZERO, Then.TOLD_TO_END, ofSeconds(5));

    /** A way in which a host ends. */
    enum Way {
        TOLD_TO_END_AT_ONCE(TOLD),
        WAITS_THEN_TELLS_JAVA_TO_END(new Stopping(ofSeconds(10), ofSeconds(40), Then.TOLD_TO_END, ofSeconds(5))),
        WAITS_THEN_LEAVES_JAVA_BEHIND(Stopping.REAL),
        WAITS_THEN_DIES_WITH_JAVA(Stopping.REAL.then(Then.KILLED)),
        HOST_DIES(Stopping.REAL) {
            @Override
            void end(Fleet fleet, Member member) {
                fleet.leaveJavaBehind(member);
            }
        },
        JAVA_DIES(Stopping.REAL) {
            @Override
            void end(Fleet fleet, Member member) {
                fleet.killJava(member);
            }
        },
        BOTH_DIE(Stopping.REAL) {
            @Override
            void end(Fleet fleet, Member member) {
                fleet.kill(member);
            }
        };

        @SuppressWarnings("ImmutableEnumChecker") // lengths of time
        private final Stopping stopping;

        Way(Stopping stopping) {
            this.stopping = stopping;
        }

        /** Ends it, and waits until Java is gone. */
        void end(Fleet fleet, Member member) {
            fleet.end(member);
        }
    }

    private static Duration ofSeconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    /**
     * A standstill.
     *
     * @param millis from the end of what ran, or of its process, to the beginning of what came next, or to the end of the
     *     instance
     * @param after what ended
     */
    record Standstill(String instance, long millis, String after) {}

    @ParameterizedTest
    @EnumSource
    void instancesOfAStoppedHostGoOn(Way way) {
        for (int run = 0; run < RUNS; run++) {
            try (Azurite azurite = Azurite.start(Azurite.Options.inMemory());
                    Fleet fleet = new Fleet(
                            way.name().toLowerCase(Locale.ROOT).replace("_", "") + run,
                            azurite.connectionString(),
                            Fleet.Terms.PRODUCTION)) {
                measure(way, run, fleet);
            }
        }
    }

    private static void measure(Way way, int run, Fleet fleet) {
        // So that all of them are at work at once.
        String all = Integer.toString(SHORT + LONG);
        fleet.setting("SOLITON_ACTIVITY_THREADS", all);
        fleet.setting("AzureFunctionsJobHost__extensions__queues__newBatchThreshold", all);
        fleet.startOne(way.stopping);
        fleet.awaitStarted();
        Member ending = fleet.members().get(0);
        Client client = new Client(fleet, new Random(run));
        List<String> ids = new ArrayList<>();
        for (int number = 0; number < SHORT + LONG; number++) {
            boolean isShort = number < SHORT;
            String id = (isShort ? "short-" : "long-") + number;
            ids.add(id);
            // 409 where a try that was not answered has won.
            client.insist(Set.of(202, 409), "POST", "/api/orchestrators/Chain/" + id, isShort ? SHORT_JOB : LONG_JOB);
        }
        for (String id : ids) {
            while (fleet.log().lines(id).isEmpty()) {
                Pace.pause(Duration.ofMillis(100));
            }
        }
        fleet.start(1);
        long java = ending.pid();
        Instant signal = Instant.now();
        way.end(fleet, ending);
        Instant gone = Instant.now();
        Map<String, Long> ends = new HashMap<>();
        for (String id : ids) {
            ends.put(id, awaitCompleted(client, id));
        }
        List<Line> lines = fleet.log().lines();
        List<Standstill> standstills = new ArrayList<>();
        ends.forEach((id, end) -> standstills.add(longest(id, lines, java, gone.toEpochMilli(), end)));
        Summary summary = new Summary()
                .put("way", way)
                .put(
                        "seconds from the signal until Java was gone",
                        Duration.between(signal, gone).toMillis() / 1000.0)
                .put(
                        "jobs that were not at their end at the signal",
                        ends.values().stream()
                                .filter(end -> end > signal.toEpochMilli())
                                .count())
                .put(
                        "jobs that were not at their end when Java was gone",
                        ends.values().stream()
                                .filter(end -> end > gone.toEpochMilli())
                                .count())
                .put("standstill of short jobs", figures(standstills, "short-"))
                .put("standstill of long jobs", figures(standstills, "long-"))
                .put(
                        "activities begun",
                        lines.stream()
                                .filter(line -> line.event() == Event.START)
                                .count())
                .put("activities begun again", repeated(lines))
                .put("activities begun again after their end", repeatedAfterTheirEnd(lines))
                .put(
                        "seconds from the signal to the last end",
                        (ends.values().stream().mapToLong(Long::longValue).max().orElse(0) - signal.toEpochMilli())
                                / 1000.0)
                .put("standstills", standstills);
        System.out.println(summary.write("stop-" + way + "-" + run));
        assertThat(ends).hasSize(ids.size());
    }

    /** Waits until an instance has completed, and returns when it did. */
    private static long awaitCompleted(Client client, String id) {
        Instant limit = Instant.now().plus(Duration.ofMinutes(15));
        while (true) {
            Client.Reply reply = client.insist(Set.of(200, 202), "GET", "/api/instances/" + id, null);
            if (reply.code() == 200) {
                assertThat(reply.body().path("runtimeStatus").asText())
                        .as(reply.body().toString())
                        .isEqualTo("Completed");
                return Instant.parse(reply.body().path("lastUpdatedTime").asText())
                        .toEpochMilli();
            }
            assertThat(Instant.now()).as("now, and %s has not ended", id).isBefore(limit);
            Pace.pause(Duration.ofMillis(500));
        }
    }

    private static Standstill longest(String id, List<Line> lines, long java, long gone, long end) {
        Standstill longest = new Standstill(id, 0, "");
        Line running = null;
        long since = 0;
        for (Line line : lines) {
            if (!line.instance().equals(id)) {
                continue;
            }
            if (line.event() != Event.START) {
                since = line.time();
                running = null;
                continue;
            }
            if (running != null && running.process() == java) {
                // It died with its process.
                since = Math.min(gone, line.time());
            }
            if (since > 0 && line.time() - since > longest.millis()) {
                longest = new Standstill(id, line.time() - since, line.toString());
            }
            running = line;
        }
        return end - since > longest.millis() ? new Standstill(id, end - since, "its end") : longest;
    }

    private static Recovery.Figures figures(List<Standstill> standstills, String prefix) {
        return Recovery.Figures.of(standstills.stream()
                .filter(standstill -> standstill.instance().startsWith(prefix))
                .mapToLong(Standstill::millis));
    }

    private static long repeated(List<Line> lines) {
        Set<String> tasks = new HashSet<>();
        return lines.stream()
                .filter(line -> line.event() == Event.START && !tasks.add(line.instance() + " " + line.task()))
                .count();
    }

    /** Those whose result may not have been committed. */
    private static long repeatedAfterTheirEnd(List<Line> lines) {
        Set<String> ended = new HashSet<>();
        long count = 0;
        for (Line line : lines) {
            String task = line.instance() + " " + line.task();
            if (line.event() == Event.END) {
                ended.add(task);
            } else if (line.event() == Event.START && ended.contains(task)) {
                count++;
            }
        }
        return count;
    }
}
