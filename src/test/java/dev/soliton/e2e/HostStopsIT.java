package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import dev.soliton.local.host.HostProcess;
import dev.soliton.local.host.Stopping;
import dev.soliton.local.host.Stopping.Then;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host stops or dies in each of the ways of the real one, while turns and activities run on it and calls come in. What it held
 * goes on at another, also where its messages stay invisible for ten minutes.
 */
@Tag("full")
final class HostStopsIT {

    private static final int HELD = 3;
    private static final int SHORT = 10;

    /** How a host ends. */
    enum Way {
        TOLD_TO_END(Then.TOLD_TO_END, HostProcess::stop),
        LEFT_BEHIND(Then.LEFT_BEHIND, HostProcess::stop),
        KILLED_AT_LAST(Then.KILLED, HostProcess::stop),
        HOST_DIES(Then.LEFT_BEHIND, host -> {
            host.leaveJavaBehind();
            host.onExit().join();
        }),
        JAVA_DIES(Then.KILLED, host -> {
            ProcessHandle java = ProcessHandle.of(host.pid()).orElseThrow();
            java.destroyForcibly();
            java.onExit().join();
        }),
        BOTH_DIE(Then.KILLED, HostProcess::kill);

        @SuppressWarnings("ImmutableEnumChecker") // lengths of time
        private final Stopping stopping;

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Consumer<HostProcess> end;

        Way(Then then, Consumer<HostProcess> end) {
            this.stopping = new Stopping(Duration.ofSeconds(2), Duration.ofSeconds(5), then, Duration.ofSeconds(5));
            this.end = end;
        }
    }

    @ParameterizedTest
    @EnumSource
    void instancesOfAStoppedHostGoOnAtAnother(Way way) throws Exception {
        try (Hub hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class))) {
            Caller ending = hub.host(way.stopping);
            for (int number = 0; number < HELD; number++) {
                ending.startFresh("HoldThenEcho", "held-" + number, null);
                hub.awaitReached("held-" + number, "hold");
            }
            Caller other = hub.host();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> way.end.accept(ending.host()));
            for (int number = 0; number < SHORT; number++) {
                other.startFresh("EchoInput", "short-" + number, "\"s\"");
            }
            for (int number = 0; number < SHORT; number++) {
                other.awaitOutput("short-" + number, "\"s\"");
            }
            stopped.get(Hub.LIMIT.toSeconds(), TimeUnit.SECONDS);
            for (int number = 0; number < HELD; number++) {
                hub.app().gates().open("held-" + number, "hold");
                other.awaitOutput("held-" + number, "\"hold\"");
            }
            assertThat(ending.host().isAlive()).isEqualTo(way == Way.JAVA_DIES);
        }
    }
}
