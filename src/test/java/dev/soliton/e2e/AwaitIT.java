package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Steps;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What orchestrators can wait for, alone and mixed, by a host on Azurite. */
@Tag("full")
final class AwaitIT {
    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() {
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class));
        app = hub.host();
        // These take a while: the others go on meanwhile.
        for (String slow : new String[] {"timer of another turn", "timer with a date", "event too late"}) {
            app.startFresh("AwaitOne", slow.replace(' ', '-'), "\"" + slow + "\"");
        }
        app.startFresh("Race", "race-timer", "\"PT3S\"");
        app.startFresh(
                "FanOut",
                "fan-out",
                "[%s,%s,%s,%s,%s]"
                        .formatted(flaky("a", 2), flaky("b", 0), flaky("c", 3), flaky("d", 1), flaky("e", 3)));
        String forGood = "{\"value\":\"f\",\"failures\":9,\"forGood\":true}";
        app.startFresh(
                "FanOut",
                "fan-out-fails",
                "[%s,%s,%s,%s]".formatted(flaky("a", 9), flaky("b", 0), forGood, flaky("c", 1)));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "activity                            | \"x\"",
                "activity without a result           | null",
                "activity that fails                 | \"java.lang.IllegalStateException: x fails, attempt 1\"",
                "activity that nobody knows          | \"dev.soliton.engine.UnknownActivityException: "
                        + "No activity 'Nobody' is registered.\"",
                "sub-orchestration                   | \"Hello x!\"",
                "sub-orchestration that nobody knows | \"dev.soliton.engine.UnknownOrchestratorException: "
                        + "No orchestrator 'Nobody' is registered.\"",
                "timer of no time                    | true",
                "timer in the past                   | true",
                "timer of this turn                  | true",
                "timer of another turn               | true",
                "timer with a date                   | true",
                "event too late                      | \"cancelled: go\"",
                "event not there                     | \"cancelled: go\"",
                "thenApply                           | 42",
                "allOf                               | [\"a\",\"b\",\"c\"]",
                "allOf nothing                       | []",
                "anyOf                               | \"x\""
            })
    void eachKindOfWaitEnds(String kind, String output) {
        String id = kind.replace(' ', '-');
        if (app.status(id).code() == 404) {
            app.startFresh("AwaitOne", id, "\"" + kind + "\"");
        }
        app.awaitOutput(id, output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "event in time"})
    void eventIsReceivedWhetherItArrivesBeforeTheWaitOrAfterIt(String kind) {
        String early = kind.replace(' ', '-') + "-early";
        app.startFresh("AwaitOne", early, "\"" + kind + "\"");
        app.raise(early, "Go", "{\"by\":[1,null,\"ä\"]}");
        app.awaitOutput(early, "{\"by\":[1,null,\"ä\"]}");

        String late = kind.replace(' ', '-') + "-late";
        app.startFresh("AwaitOne", late, "\"" + kind + "\"");
        app.awaitStatus(late, "Running");
        app.raise(late, "other", "1");
        app.raise(late, "GO", null);
        app.awaitOutput(late, "null");
    }

    @Test
    void eventsAreGivenToTheOldestWaitAndTheOldestFirst() {
        app.startFresh("ThreeEvents", "three", null);
        app.raise("three", "approve", "1");
        app.raise("three", "Approve", "{\"second\":true}");
        app.awaitCustomStatus("three", "\"two are there\"");
        hub.awaitReached("three", "between");
        app.raise("three", "aPPROVE", "\"third\"");
        hub.app().gates().open("three", "between");
        app.awaitOutput("three", "[{\"second\":true},1,\"third\"]");
    }

    @Test
    void waitThatRanOutOfTimeTakesNoLaterEvent() {
        app.startFresh("TimedOutWait", "impatient", null);
        app.awaitCustomStatus("impatient", "\"ran out\"");
        app.raise("impatient", "go", "\"late\"");
        app.awaitOutput("impatient", "[\"cancelled: go\",true,\"late\"]");
    }

    @Test
    void activityWinsTheRace() {
        app.startFresh("Race", "race-activity", "\"PT1H\"");
        hub.app().gates().open("race-activity", "race");
        app.awaitOutput("race-activity", "[\"activity\",\"race\",[true,false,false]]");
    }

    @Test
    void timerWinsTheRaceAndTheActivityIsInterrupted() {
        app.awaitOutput("race-timer", "[\"timer\",\"time is up\",[false,true,false]]");
        hub.awaitLogged("race-timer", "Hold", Event.INTERRUPT);
    }

    @Test
    void eventWinsTheRaceAndTheActivityIsInterrupted() {
        app.startFresh("Race", "race-event", "\"PT1H\"");
        hub.awaitReached("race-event", "race");
        app.raise("race-event", "go", "\"now\"");
        app.awaitOutput("race-event", "[\"event\",\"now\",[false,false,true]]");
        hub.awaitLogged("race-event", "Hold", Event.INTERRUPT);
    }

    @Test
    void failedTaskWinsAndThrowsWhereItIsAwaited() {
        app.startFresh("FailedWinner", "failed-winner", null);
        app.awaitOutput("failed-winner", "\"java.lang.IllegalStateException: first fails, attempt 1\"");
    }

    @Test
    void waitsForAllAndForAnyCanBeNested() {
        app.startFresh("Nested", "nested", null);
        hub.awaitReached("nested", "nested");
        app.raise("nested", "go", "\"event\"");
        hub.app().gates().open("nested", "nested");
        app.awaitOutput("nested", "[[[\"a\",\"b\"],[\"event\",\"fired\",\"Hello x!\",\"nested\"]],[[\"c\",\"d\"]],[]]");
    }

    @Test
    void failuresOfNestedTasksAreAllThereInTheirOrder() {
        app.startFresh("NestedFailures", "nested-failures", null);
        app.awaitOutput(
                "nested-failures",
                "[[\"a fails, attempt 1\",\"c fails, attempt 1\"],[\"a fails, attempt 1\",\"c fails, attempt 1\"]]");
    }

    @Test
    void eachCallOfAFanOutIsTriedAgainUntilItPasses() {
        app.awaitOutput("fan-out", "[\"a\",\"b\",\"c\",\"d\",\"e\"]");
        assertThat(attempts("fan-out")).containsExactlyInAnyOrder(1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4);
    }

    @Test
    void callsOfAFanOutThatNeverPassFailOnceAllHaveEnded() {
        app.awaitOutput("fan-out-fails", "[\"a fails, attempt 4\",\"f fails, attempt 1\"]");
        assertThat(attempts("fan-out-fails")).containsExactlyInAnyOrder(1, 1, 1, 1, 2, 2, 3, 4);
    }

    @Test
    void callThatWaitsForItsNextAttemptHoldsNobodyUp() {
        app.startFresh("OwnClocks", "own-clocks", null);
        app.awaitOutput("own-clocks", "\"fast\"");
        assertThat(attempts("own-clocks")).containsExactlyInAnyOrder(1, 1, 2, 3, 4);
    }

    @Test
    void handlerDecidesWhatIsTriedAgain() {
        app.startFresh("ByHandler", "by-handler", null);
        app.awaitOutput(
                "by-handler", "[\"passes\",\"java.lang.IllegalStateException: fails fails, attempt 3\",[1,2,1,2,3]]");
    }

    @Test
    void eventIsReceivedDuringALongActivity() {
        app.startFresh("DuringActivity", "during", null);
        hub.awaitReached("during", "long");
        app.raise("during", "go", "\"stop\"");
        app.awaitCustomStatus("during", "\"stop handled\"");
        hub.app().gates().open("during", "long");
        app.awaitOutput("during", "[\"stop\",\"long\"]");
        List<Line> lines = hub.app().log().lines("during");
        assertThat(lines)
                .extracting(line -> line.activity() + " " + line.event())
                .containsExactly("Hold START", "Echo START", "Echo END", "Hold END");
    }

    @Test
    void customStatusIsShownWhileTheInstanceWaitsAndStaysAtItsEnd() {
        app.startFresh("Statuses", "statuses", null);
        Caller.Answer begun = app.await("statuses", "a status", answer -> !answer.body()
                .path("customStatus")
                .isNull());
        assertThat(begun.body().at("/customStatus/phase").asText()).isEqualTo("begun");
        assertThat(begun.body().at("/customStatus/text").asText()).isEqualTo("zażółć 🌊");
        for (String shown : new String[] {"[1,{\"a\":null}]", "\"text\"", "false", "null", "1.5"}) {
            app.raise("statuses", "show", shown);
            app.awaitCustomStatus("statuses", shown);
        }
        app.raise("statuses", "show", "\"too much\"");
        Caller.Answer ended = app.awaitEnd("statuses");
        assertThat(ended.text("output")).isEqualTo("A custom status has at most 16384 bytes as UTF-8 JSON.");
        assertThat(ended.body().path("customStatus").toString()).isEqualTo("1.5");
    }

    @Test
    void resultOfAMegabyteIsKeptAndPassedOn() {
        app.startFresh("LargeResult", "large-result", Integer.toString(1 << 20));
        hub.awaitLogged("large-result", "Large", Event.END);
        app.raise("large-result", "go", null);
        Caller.Answer ended = app.awaitEnd("large-result");
        assertThat(ended.text("runtimeStatus")).as(ended.response().body()).isEqualTo("Completed");
        String text = ended.body().path("output").path(1).textValue();
        assertThat(text).isEqualTo("aü€🌊\"\\".repeat((1 << 20) / 14 + 1));
        assertThat(ended.body().path("output").path(0).intValue()).isEqualTo(text.length());
    }

    private static String flaky(String value, int failures) {
        return "{\"value\":\"" + value + "\",\"failures\":" + failures + "}";
    }

    private static List<Integer> attempts(String id) {
        return hub.app().log().lines(id).stream()
                .filter(line -> line.event() == Event.START)
                .map(Line::attempt)
                .toList();
    }
}
