package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.chaos.Call;
import dev.soliton.chaos.CallKind;
import dev.soliton.chaos.Fault;
import dev.soliton.chaos.Parked;
import dev.soliton.chaos.Plan;
import dev.soliton.chaos.StorageProxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A host that is killed between each pair of steps, by SIGKILL, while one of its calls to the storage is held: before it
 * reaches the storage, and after it has taken effect. Whoever comes next ends what was accepted.
 */
@Tag("full")
final class KillIT {
    private static final String INPUT = "[\"a\",\"b\"]";
    private static final String OUTPUT = "[\"Hello a!\",\"Hello b!\"]";

    /** What a start does: check, message, insert. */
    private static final int START_CALLS = 3;

    /** What a turn of two steps does: look, claim, a request, two results; then the host deletes the message. */
    private static final int TURN_CALLS = 6;

    private static final Set<CallKind> OF_START =
            Set.of(CallKind.TABLE_QUERY, CallKind.QUEUE_PUT, CallKind.TABLE_BATCH);

    private static final Set<CallKind> OF_TURN =
            Set.of(CallKind.TABLE_QUERY, CallKind.TABLE_BATCH, CallKind.QUEUE_DELETE);

    @Test
    void starterThatIsKilledLeavesAnAcceptedInstanceOrAFreeId() throws Exception {
        try (Hub hub = new Hub();
                StorageProxy proxy = StorageProxy.to(Hub.azurite().ports())) {
            Caller worker = hub.host();
            worker.start("HelloCities", "first", "[]");
            worker.awaitEnd("first");
            for (int n = 1; n <= START_CALLS; n++) {
                for (Fault fault : new Fault[] {Fault.PARK_BEFORE, Fault.PARK_AFTER}) {
                    String id = "start-" + n + (fault == Fault.PARK_BEFORE ? "-before" : "-after");
                    Caller victim =
                            hub.host(proxy.connectionString(), Map.of("AzureWebJobs.Orchestrator.Disabled", "true"));
                    proxy.follow(Plan.nth(n, call -> OF_START.contains(call.kind()) && call.mentions(id), fault));
                    CompletableFuture<Caller.Answer> answer = victim.startAsync("HelloCities", id, INPUT);
                    Parked parked = proxy.awaitParked(Hub.LIMIT);
                    victim.host().kill();
                    // What a dead process sent may be lost; that it arrives late is the other half of this test.
                    parked.drop();
                    proxy.follow(Plan.NONE);
                    assertThat(answer).failsWithin(Hub.LIMIT);
                    assertAcceptedOrFree(worker, id, n == START_CALLS && fault == Fault.PARK_AFTER);
                }
            }
        }
    }

    private static void assertAcceptedOrFree(Caller worker, String id, boolean accepted) {
        assertThat(worker.status(id).code() != 404).as("%s is accepted", id).isEqualTo(accepted);
        assertThat(worker.start("HelloCities", id, INPUT).code()).isEqualTo(accepted ? 409 : 202);
        assertThat(worker.awaitEnd(id).body().path("output").toString()).isEqualTo(OUTPUT);
    }

    @Test
    void startThatArrivesAfterItsStarterDiedRunsOrMeetsATakenId() throws Exception {
        try (Hub hub = new Hub();
                StorageProxy proxy = StorageProxy.to(Hub.azurite().ports())) {
            Caller worker = hub.host();
            worker.start("HelloCities", "first", "[]");
            worker.awaitEnd("first");
            for (boolean taken : new boolean[] {false, true}) {
                String id = "late-" + taken;
                Caller victim =
                        hub.host(proxy.connectionString(), Map.of("AzureWebJobs.Orchestrator.Disabled", "true"));
                proxy.follow(Plan.first(call -> call.is(CallKind.TABLE_BATCH) && call.mentions(id), Fault.PARK_BEFORE));
                CompletableFuture<Caller.Answer> answer = victim.startAsync("HelloCities", id, INPUT);
                Parked insert = proxy.awaitParked(Hub.LIMIT);
                victim.host().kill();
                if (taken) {
                    assertThat(worker.start("HelloCities", id, "[\"other\"]").code())
                            .isEqualTo(202);
                }
                insert.release();
                proxy.follow(Plan.NONE);
                assertThat(answer).failsWithin(Hub.LIMIT);
                assertThat(worker.awaitEndOnceThere(id).body().path("output").toString())
                        .isEqualTo(taken ? "[\"Hello other!\"]" : OUTPUT);
            }
        }
    }

    @Test
    void workerThatIsKilledIsFollowedByOneThatGoesOn() throws Exception {
        try (Hub hub = new Hub();
                StorageProxy proxy = StorageProxy.to(Hub.azurite().ports())) {
            Caller victim = hub.host(proxy.connectionString(), Map.of());
            victim.start("HelloCities", "first", "[]");
            victim.awaitEnd("first");
            for (int n = 1; n <= TURN_CALLS; n++) {
                for (Fault fault : new Fault[] {Fault.PARK_BEFORE, Fault.PARK_AFTER}) {
                    String id = "turn-" + n + (fault == Fault.PARK_BEFORE ? "-before" : "-after");
                    Caller.Answer started;
                    Parked parked;
                    // Held from the moment that the insert is through: the calls that follow are those of the turn.
                    proxy.follow(new AfterTheInsert(id, n, fault));
                    started = victim.start("HelloCities", id, INPUT);
                    assertThat(started.code()).isEqualTo(202);
                    parked = proxy.awaitParked(Hub.LIMIT);
                    victim.host().kill();
                    parked.drop();
                    proxy.follow(Plan.NONE);
                    hub.endLeases();
                    // Whoever follows is the next to be killed.
                    victim = hub.host(proxy.connectionString(), Map.of());
                    Caller.Answer ended = victim.awaitEnd(id);
                    assertThat(ended.text("executionId")).isEqualTo(started.text("executionId"));
                    assertThat(ended.body().path("output").toString()).isEqualTo(OUTPUT);
                }
            }
        }
    }

    /** Finds the n-th call of an instance's turn. */
    private static final class AfterTheInsert implements Plan {
        private final String id;
        private final int n;
        private final Fault fault;
        private boolean inserted;
        private int seen;

        AfterTheInsert(String id, int n, Fault fault) {
            this.id = id;
            this.n = n;
            this.fault = fault;
        }

        @Override
        public Fault decide(Call call) {
            boolean ofInstance = call.mentions(id) || call.is(CallKind.QUEUE_DELETE);
            if (!inserted) {
                inserted = call.is(CallKind.TABLE_BATCH) && ofInstance;
                return Fault.FORWARD;
            }
            return OF_TURN.contains(call.kind()) && ofInstance && ++seen == n ? fault : Fault.FORWARD;
        }
    }
}
