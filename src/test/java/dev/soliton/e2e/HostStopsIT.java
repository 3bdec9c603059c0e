package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import dev.soliton.local.host.Stopping;
import dev.soliton.local.host.Stopping.Then;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host stops in each of the ways of the real one, while turns and activities run on it and calls come in. What it held
 * goes on at another, whose messages stay invisible for ten minutes where nobody has put them back.
 */
final class HostStopsIT {

    private static final int HELD = 3;
    private static final int SHORT = 10;

    @ParameterizedTest
    @EnumSource(Then.class)
    void whatAStoppingHostHeldGoesOnAtAnother(Then then) throws Exception {
        Stopping stopping = new Stopping(Duration.ofSeconds(2), Duration.ofSeconds(5), then, Duration.ofSeconds(5));
        try (Hub hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class))) {
            Caller ending = hub.host(stopping);
            for (int number = 0; number < HELD; number++) {
                ending.startFresh("HoldThenEcho", "held-" + number, null);
                hub.awaitReached("held-" + number, "hold");
            }
            Caller other = hub.host();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(ending.host()::stop);
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
            assertThat(ending.host().isAlive()).isFalse();
        }
    }
}
