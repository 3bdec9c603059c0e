package dev.soliton.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.StorageException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TurnResultTest {
    private final StorageException trouble = new StorageException("no answer", null);

    private final List<TurnResult> results = List.of(
            new TurnResult.Ended(),
            new TurnResult.Idle(),
            new TurnResult.HandedOff(),
            new TurnResult.OwnershipLost(),
            new TurnResult.WorkerStopped(),
            new TurnResult.StorageFailed(trouble),
            new TurnResult.Failed(new IllegalStateException("bug")),
            new TurnResult.NotClaimed(),
            new TurnResult.Blocked("no such orchestrator"));

    /** Answers with the name of the case. */
    @SuppressWarnings("unchecked")
    private static String caseOf(TurnResult result) {
        TurnResult.Cases<String> names = (TurnResult.Cases<String>) Proxy.newProxyInstance(
                TurnResult.class.getClassLoader(),
                new Class<?>[] {TurnResult.Cases.class},
                (proxy, method, arguments) -> method.getName());
        return result.match(names);
    }

    @Test
    void eachResultHasACaseOfItsOwn() {
        assertThat(results.stream().<Class<?>>map(TurnResult::getClass))
                .containsExactlyInAnyOrder(TurnResult.class.getPermittedSubclasses());
        assertThat(results.stream().map(TurnResultTest::caseOf))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(TurnResult.Cases.class.getMethods())
                        .map(Method::getName)
                        .toList());
        for (TurnResult result : results) {
            assertThat(caseOf(result)).isEqualToIgnoringCase(result.getClass().getSimpleName());
        }
    }

    @Test
    void turnThatStopsIsOverWithTheResultThatItWasStoppedWith() {
        assertThat(TurnResult.of(TurnResult.Ended::new)).isEqualTo(new TurnResult.Ended());
        assertThat(stopped(TurnStopped.idle())).isEqualTo(new TurnResult.Idle());
        assertThat(stopped(TurnStopped.handedOff())).isEqualTo(new TurnResult.HandedOff());
        assertThat(stopped(TurnStopped.ownershipLost())).isEqualTo(new TurnResult.OwnershipLost());
        assertThat(stopped(TurnStopped.workerStopped())).isEqualTo(new TurnResult.WorkerStopped());
    }

    @Test
    void troubleWithTheStorageCountsAgainstNoMessageAndAnyOtherFailureDoes() {
        EngineFailureException failure = new EngineFailureException(new IllegalStateException("bug"));
        IllegalStateException bug = new IllegalStateException("bug");

        assertThat(stopped(TurnStopped.by(trouble))).isEqualTo(new TurnResult.StorageFailed(trouble));
        assertThat(stopped(TurnStopped.by(failure))).isEqualTo(new TurnResult.Failed(failure));
        assertThat(TurnResult.of(() -> {
                    throw trouble;
                }))
                .isEqualTo(new TurnResult.StorageFailed(trouble));
        assertThat(TurnResult.of(() -> {
                    throw bug;
                }))
                .isEqualTo(new TurnResult.Failed(bug));
    }

    private static TurnResult stopped(TurnStopped stopped) {
        return TurnResult.of(() -> {
            throw stopped;
        });
    }
}
