package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.functions.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls the API with requests that are made by chance from its description, good ones and bad ones: no answer is a 5xx, each is one
 * that is described, what a 2xx said is true afterwards, and a 4xx changed nothing.
 */
@Tag("slow")
final class ApiFuzzTest {
    private static final int CALLS = 250;
    private static final int FIRST = Integer.getInteger("soliton.fuzz.first", 1);

    /** As a rule six show every answer that is looked for; the rarest come to one in three seeds. */
    private static final int MOST_SEEDS = 60;

    private static final int SEEDS = Integer.getInteger("soliton.fuzz.seeds", 12);

    static IntStream seeds() {
        return IntStream.range(FIRST, FIRST + SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noAnswerIsAnErrorOfTheAppAndWhatItSaysIsTrue(int seed) {
        FuzzHub hub = new FuzzHub();
        FuzzRequests requests = new FuzzRequests(new Random(seed));
        List<String> called = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
            FuzzRequests.Call made = requests.next();
            called.add(made.toString());
            String what = "seed " + seed + ", call " + call + ": " + made;
            hub.callAndCheck(made, what);
            if (requests.random().nextInt(3) == 0) {
                hub.runSome(requests.random().nextInt(4));
            }
        }
        hub.runAll();
        assertThat(called).hasSize(CALLS);
    }

    @Test
    void callsComeToEveryOperationAndToMostOfTheCodesThatAreDescribed() {
        Set<String> expected = expectedAnswers();
        Map<String, Integer> codes = new TreeMap<>();
        for (int seed = FIRST; seed < FIRST + MOST_SEEDS && !codes.keySet().containsAll(expected); seed++) {
            FuzzHub hub = new FuzzHub();
            FuzzRequests requests = new FuzzRequests(new Random(seed));
            for (int call = 0; call < CALLS; call++) {
                FuzzRequests.Call made = requests.next();
                codes.merge(made.function().name() + " " + hub.callAndCheck(made, made.toString()), 1, Integer::sum);
                hub.runSome(requests.random().nextInt(2));
            }
        }
        assertThat(codes).containsKeys(expected.toArray(String[]::new));
    }

    private static Set<String> expectedAnswers() {
        Set<String> expected = new TreeSet<>(List.of(
                "HttpStartSingle 409",
                "HttpStartSingle 404",
                "HttpStartSingle 400",
                "HttpStartSingle 415",
                "GetInstance 202",
                "GetInstance 404",
                "PurgeInstance 412",
                "RaiseEvent 410",
                "RewindInstance 410",
                "RewindInstance 412",
                "RestartInstance 409"));
        for (HttpFunction function : HttpFunction.all()) {
            expected.add(function.name() + (function.verb() == HttpMethod.POST ? " 202" : " 200"));
        }
        return expected;
    }
}
