package dev.soliton.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.soliton.e2e.app.ActivityLog;
import dev.soliton.e2e.app.Duties.Report;
import dev.soliton.reliability.Client.Reply;
import dev.soliton.reliability.Evidence.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Looks at all instances again and again, and notes in the log which of them it has seen to have ended. */
final class Watch {
    private static final Duration GAP = Duration.ofSeconds(2);
    private static final Set<String> ENDS = Set.of("Completed", "Failed", "Terminated");
    private static final String CONTINUATION = "x-ms-continuation-token";

    private final Client client;
    private final ActivityLog log;
    private final Set<String> ended = new HashSet<>();
    private final @Nullable Operators operators;

    /** @param operators who do more to instances than to start them and send to them; null for nobody */
    Watch(Fleet fleet, RandomGenerator random, @Nullable Operators operators) {
        this.client = new Client(fleet, random);
        this.log = fleet.log();
        this.operators = operators;
    }

    /**
     * Waits until all of these have ended, and with them all sub-orchestrations, and all runs that follow others.
     *
     * @param limit for all of it; then it is as it is
     * @return the last status of each instance that there is
     */
    Map<String, Outcome> untilEnded(List<String> ids, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Map<String, Outcome> outcomes = look();
            boolean over = outcomes.keySet().containsAll(ids)
                    && outcomes.values().stream().allMatch(outcome -> ENDS.contains(outcome.status()))
                    && (operators == null || operators.areRelaysOver(outcomes));
            if (over || System.nanoTime() > deadline) {
                return outcomes;
            }
            Pace.pause(GAP);
        }
    }

    /** Looks as long as something else is not over. */
    void lookUntil(BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            look();
            Pace.pause(GAP);
        }
    }

    private Map<String, Outcome> look() {
        Map<String, Outcome> outcomes = new TreeMap<>();
        for (JsonNode status : list()) {
            String id = status.path("instanceId").asText();
            String runtimeStatus = status.path("runtimeStatus").asText();
            // What has failed may be rewound, and a relay goes on.
            boolean isOver = ENDS.contains(runtimeStatus) && !runtimeStatus.equals("Failed") && !isRelay(id);
            if (isOver && ended.add(id)) {
                log.mark(id, "ended");
            }
            outcomes.put(id, outcome(status));
        }
        if (operators != null) {
            operators.resumeLate(outcomes);
        }
        return outcomes;
    }

    /** Whether runs follow one another under that ID. */
    private static boolean isRelay(String id) {
        return id.contains(Workload.RELAY);
    }

    /** How an instance stands by its status. */
    static Outcome outcome(JsonNode status) {
        return new Outcome(
                status.path("runtimeStatus").asText(),
                status.path("executionId").asText(),
                report(status),
                status.toString());
    }

    private static @Nullable Report report(JsonNode status) {
        JsonNode output = status.path("output");
        return output.isObject() && output.has("results") ? Client.read(output, Report.class) : null;
    }

    private List<JsonNode> list() {
        List<JsonNode> statuses = new ArrayList<>();
        String token = null;
        do {
            String[] headers = token == null ? new String[0] : new String[] {CONTINUATION, token};
            Reply reply = client.insist(Set.of(200), "GET", "/api/instances?top=1000&showInput=false", null, headers);
            reply.body().forEach(statuses::add);
            token = reply.header(CONTINUATION);
        } while (token != null);
        return statuses;
    }
}
