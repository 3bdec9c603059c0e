package dev.soliton.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import dev.soliton.e2e.app.ActivityLog;
import dev.soliton.e2e.app.Duties.Duty;
import dev.soliton.reliability.Client.Reply;
import dev.soliton.reliability.Deeds.Run;
import dev.soliton.reliability.Evidence.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/** Those who suspend, resume, terminate, rewind and purge instances, and ask for runs that follow one another. */
final class Operators {
    private static final Duration GAP = Duration.ofMillis(500);

    /** An instance takes something in, or has ended. */
    private static final Set<Integer> SIGNALLED = Set.of(202, 410);

    /** An instance may meet with three deaths before it fails that is to be rewound. */
    private static final Duration UNTIL_FAILED = Fleet.LIMIT.multipliedBy(3);

    private final Fleet fleet;
    private final ActivityLog log;
    private final Set<String> terminated = ConcurrentHashMap.newKeySet();
    private final Set<String> maybeTerminated = ConcurrentHashMap.newKeySet();
    private final Map<String, Outcome> purged = new ConcurrentHashMap<>();
    private final Set<String> rewound = ConcurrentHashMap.newKeySet();
    private final Set<String> suspended = ConcurrentHashMap.newKeySet();
    private final Set<String> maybeSuspendedLate = ConcurrentHashMap.newKeySet();
    private final Map<String, List<Run>> relays = new ConcurrentHashMap<>();

    Operators(Fleet fleet) {
        this.fleet = fleet;
        this.log = fleet.log();
    }

    /** Whether no relay has a run to come, by how they stand. */
    boolean areRelaysOver(Map<String, Outcome> outcomes) {
        return relays.entrySet().stream().allMatch(relay -> {
            Run last = relay.getValue().get(relay.getValue().size() - 1);
            Outcome outcome = outcomes.get(relay.getKey());
            return outcome != null && outcome.execution().equals(last.execution());
        });
    }

    /** What was done up to now. */
    Deeds deeds() {
        return new Deeds(
                Set.copyOf(terminated),
                Set.copyOf(maybeTerminated),
                Map.copyOf(purged),
                Set.copyOf(rewound),
                Set.copyOf(suspended),
                Map.copyOf(relays));
    }

    /** Suspends an instance, and resumes it after a while. */
    void suspend(String id, RandomGenerator random) {
        Client client = new Client(fleet, random);
        Pace.pause(Duration.ofMillis(random.nextInt(3_000)));
        String suspend = uri(id) + "/suspend?reason=pause";
        Reply first = client.send("POST", suspend, null);
        boolean isAnswered = SIGNALLED.contains(first.code());
        Reply reply = isAnswered ? first : client.insist(SIGNALLED, "POST", suspend, null);
        if (reply.code() == 202) {
            suspended.add(id);
            Pace.pause(Duration.ofMillis(500 + random.nextInt(4_000)));
            client.insist(SIGNALLED, "POST", uri(id) + "/resume?reason=on", null);
        }
        if (!isAnswered) {
            maybeSuspendedLate.add(id);
        }
    }

    /**
     * Resumes those that may have been suspended after they were resumed: a host that stood still carries out a request
     * that its caller has given up. All others stay as they are.
     */
    void resumeLate(Map<String, Outcome> outcomes) {
        Client client = new Client(fleet, new Random(outcomes.size()));
        for (String id : maybeSuspendedLate) {
            Outcome outcome = outcomes.get(id);
            if (outcome != null && outcome.status().equals("Suspended")) {
                client.send("POST", uri(id) + "/resume?reason=late", null);
            }
        }
    }

    /** Terminates an instance. */
    void terminate(String id, RandomGenerator random) {
        Client client = new Client(fleet, random);
        Pace.pause(Duration.ofMillis(random.nextInt(6_000)));
        String path = uri(id) + "/terminate?reason=enough";
        maybeTerminated.add(id);
        if (client.insist(SIGNALLED, "POST", path, null).code() == 202) {
            terminated.add(id);
        }
    }

    /** Waits until an instance has failed, mends what it failed for, and has it go on. */
    void rewind(String id, RandomGenerator random) {
        Client client = new Client(fleet, random);
        long deadline = System.nanoTime() + UNTIL_FAILED.toNanos();
        while (!status(client, id).equals("Failed")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(id + " has not failed: " + status(client, id));
            }
            Pace.pause(GAP);
        }
        log.mend(id);
        // A try that was not answered may have done it: then what is asked for again is refused.
        client.insist(Set.of(202, 412), "POST", uri(id) + "/rewind?reason=mended", null);
        rewound.add(id);
    }

    /** Waits until an instance has completed, and purges it. */
    void purge(String id, RandomGenerator random) {
        Client client = new Client(fleet, random);
        long deadline = System.nanoTime() + Fleet.LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Reply reply = client.send("GET", uri(id), null);
            if (reply.code() == 200
                    && reply.body().path("runtimeStatus").asText().equals("Completed")) {
                purged.put(id, Watch.outcome(reply.body()));
                client.insist(Set.of(200, 404), "DELETE", uri(id), null);
                return;
            }
            Pace.pause(GAP);
        }
    }

    /**
     * Asks for runs under one ID that follow one another, or take one another's place.
     *
     * @param terminates whether some are to take the place of what has not ended
     */
    void relay(String id, int times, boolean terminates, int millis, RandomGenerator random) {
        Client client = new Client(fleet, random);
        List<Run> runs = new CopyOnWriteArrayList<>();
        relays.put(id, runs);
        for (int time = 0; time < times; time++) {
            boolean replaces = terminates && random.nextInt(3) == 0;
            String start = id + "*" + time;
            Reply reply = client.insist(
                    Set.of(202),
                    "POST",
                    "/api/orchestrators/Relay/" + id + "?idConflictPolicy="
                            + (replaces ? "terminateExisting" : "runAfter"),
                    new Duty(start, 2, millis, null, null),
                    "Idempotency-Key",
                    start);
            JsonNode told = reply.body();
            runs.add(new Run(start, told.path("executionId").asText(), replaces));
            Pace.pause(Duration.ofMillis(random.nextInt(5_000)));
        }
    }

    private static String status(Client client, String id) {
        return client.send("GET", uri(id), null).body().path("runtimeStatus").asText();
    }

    private static String uri(String id) {
        return "/api/instances/" + id;
    }
}
