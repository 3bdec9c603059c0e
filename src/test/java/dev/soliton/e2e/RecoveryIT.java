package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.ActivityLog;
import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hosts that die or stand still, while others live. Nothing helps here: leases run out by themselves,
 * and the messages of a dead host stay invisible for ten minutes, so that what goes on does so by the sweep.
 */
@Tag("integration")
final class RecoveryIT {
    private static final int INSTANCES = 18;

    @Test
    void instancesOfAKilledAndAPausedHostGoOnAtTheThird() throws Exception {
        try (Hub hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class))) {
            Map<Long, Caller> hosts = new HashMap<>();
            for (int host = 0; host < 3; host++) {
                Caller caller = hub.host();
                hosts.put(caller.host().pid(), caller);
            }
            List<Caller> callers = new ArrayList<>(hosts.values());
            List<String> ids = new ArrayList<>();
            for (int number = 0; number < INSTANCES; number++) {
                String id = "held-" + number;
                ids.add(id);
                callers.get(number % 3).startFresh("HoldThenEcho", id, null);
                hub.awaitReached(id, "hold");
            }
            Map<String, Long> first = new HashMap<>();
            starts(hub.app().log().lines()).forEach(line -> first.put(line.instance(), line.process()));
            // Whoever has the first two of them is struck; a host that has none is as good a survivor as any.
            List<Long> struck = first.values().stream().distinct().limit(2).toList();
            Caller killed = hosts.get(struck.get(0));
            Caller survivor = callers.stream()
                    .filter(caller -> !struck.contains(caller.host().pid()))
                    .findFirst()
                    .orElseThrow();
            if (struck.size() > 1) {
                signal(struck.get(1), "-STOP");
            }
            Objects.requireNonNull(killed).host().kill();
            ids.forEach(id -> hub.app().gates().open(id, "hold"));
            ids.forEach(id -> survivor.awaitOutput(id, "\"hold\""));
            assertStartsAreFencedAndNothingRunsAfterItsEnd(hub.app().log().lines(), first, struck);

            if (struck.size() > 1) {
                int before = starts(hub.app().log().lines()).size();
                signal(struck.get(1), "-CONT");
                Caller paused = Objects.requireNonNull(hosts.get(struck.get(1)));
                // It is a worker like any other again, under another name, and has started nothing of what it lost.
                paused.startFresh("TimerThenEcho", "afterwards", null);
                paused.awaitOutput("afterwards", "\"rung\"");
                assertThat(starts(hub.app().log().lines()).stream()
                                .skip(before)
                                .map(ActivityLog.Line::instance)
                                .toList())
                        .containsOnly("afterwards");
                ids.forEach(
                        id -> assertThat(paused.status(id).body().path("output").toString())
                                .isEqualTo("\"hold\""));
            }
        }
    }

    @Test
    void hostThatStopsHandsItsWorkOffAndReleasesItsLease() {
        try (Hub hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class))) {
            Caller ending = hub.host();
            for (int number = 0; number < 5; number++) {
                ending.startFresh("HoldThenEcho", "handed-" + number, null);
                hub.awaitReached("handed-" + number, "hold");
            }
            String worker = ending.status("handed-0").text("owner");
            assertThat(hub.isLeased(worker)).isTrue();
            Caller other = hub.host();

            ending.host().stop();

            assertThat(hub.isLeased(worker))
                    .as("whether the worker holds its lease")
                    .isFalse();
            for (int number = 0; number < 5; number++) {
                hub.app().gates().open("handed-" + number, "hold");
                other.awaitOutput("handed-" + number, "\"hold\"");
            }
        }
    }

    private static List<ActivityLog.Line> starts(List<ActivityLog.Line> lines) {
        return lines.stream().filter(line -> line.event() == Event.START).toList();
    }

    private static void assertStartsAreFencedAndNothingRunsAfterItsEnd(
            List<ActivityLog.Line> lines, Map<String, Long> first, List<Long> struck) {
        Map<String, Long> fences = new HashMap<>();
        Map<String, Integer> runs = new HashMap<>();
        Set<String> ended = new HashSet<>();
        for (ActivityLog.Line line : lines) {
            String task = line.instance() + " " + line.task();
            if (line.event() == Event.START) {
                assertThat(ended).as("what had ended when %s began", line).doesNotContain(task);
                Long earlier = fences.put(task, line.fence());
                assertThat(earlier == null || earlier < line.fence())
                        .as("the fence of %s is higher than %s", line, earlier)
                        .isTrue();
                runs.merge(line.instance() + " " + line.activity(), 1, Integer::sum);
            } else if (line.event() == Event.END) {
                ended.add(task);
            }
        }
        first.forEach((instance, process) -> assertThat(runs.get(instance + " Hold"))
                .as("how often the activity of %s began", instance)
                .isEqualTo(struck.contains(process) ? 2 : 1));
    }

    private static void signal(long process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", name, Long.toString(process))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
