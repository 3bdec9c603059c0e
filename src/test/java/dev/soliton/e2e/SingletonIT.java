package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The promise: of any number of starts at once, through any number of hosts, exactly one wins. */
@Tag("integration")
final class SingletonIT {
    private static final int ROUNDS = 20;
    private static final int STARTS = 200;

    private static String input(int start) {
        return "[\"start " + start + "\"]";
    }

    /** The storage of a machine with much else to do may not answer in time: who is told that nothing came of it asks again. */
    private static Caller.Answer answered(Caller.Answer first, Supplier<CompletableFuture<Caller.Answer>> again) {
        Caller.Answer answer = first;
        while (answer.code() == 503 && answer.response().body().contains("Nothing was started")) {
            answer = again.get().join();
        }
        return answer;
    }

    @Test
    void ofManyStartsThroughTwoHostsExactlyOneWins() {
        try (Hub hub = new Hub()) {
            List<Caller> hosts = List.of(hub.host(), hub.host());
            for (int round = 0; round < ROUNDS; round++) {
                String id = "round-" + round;
                List<CompletableFuture<Caller.Answer>> starts = new ArrayList<>();
                for (int start = 0; start < STARTS; start++) {
                    Caller caller = hosts.get(start % hosts.size());
                    starts.add(caller.startAsync("HelloCities", id, input(start)));
                }
                List<Integer> winners = new ArrayList<>();
                Set<String> executions = new HashSet<>();
                for (int start = 0; start < STARTS; start++) {
                    String input = input(start);
                    Caller.Answer answer = answered(
                            starts.get(start).join(), () -> hosts.get(0).startAsync("HelloCities", id, input));
                    if (answer.code() == 202) {
                        winners.add(start);
                        executions.add(answer.text("executionId"));
                    } else {
                        assertThat(answer.code()).as(answer.response().body()).isEqualTo(409);
                        executions.add(answer.body().at("/existing/executionId").asText());
                    }
                }
                assertThat(winners).as("winners of " + id).hasSize(1);
                assertThat(executions).as("executions of " + id).hasSize(1);
                Caller.Answer ended = hosts.get(0).awaitEnd(id);
                assertThat(ended.text("executionId")).isIn(executions);
                assertThat(ended.body().path("output").toString())
                        .isEqualTo("[\"Hello start " + winners.get(0) + "!\"]");
            }
        }
    }
}
