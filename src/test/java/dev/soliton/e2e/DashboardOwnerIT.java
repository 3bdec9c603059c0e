package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page of an instance whose owner dies while somebody looks. */
@Tag("full")
@Tag("browser")
final class DashboardOwnerIT {

    @Test
    void theOwnerIsSeenToVanishAndAnotherToTakeOverWithAHigherFence() throws IOException {
        try (Browser browser = Browser.start();
                Hub hub = new Hub(Hub.SHORT_LEASE, List.of(Steps.class, Lives.class))) {
            Caller owner = hub.host();
            owner.startFresh("StandAt", "held", "\"activity\"");
            hub.awaitReached("held", "stand");
            // Only serves the page: nobody takes over before the page has shown that the owner is gone.
            Caller other =
                    hub.host(Hub.azurite().connectionString(), Map.of("AzureWebJobs.Orchestrator.Disabled", "true"));

            browser.open(other, "#/id/held");
            browser.see(".fact .badge", "alive");
            String before = browser.see(".fact", "Owner").getText();
            long fence = fence(browser);
            owner.host().kill();
            hub.endLeases();

            browser.see(".fact .badge", "vanished");
            browser.see(".standing li", "Another worker takes over within a minute.");
            hub.host();
            Hub.await("another owner, which is alive", () -> !browser.find(".fact .badge", "alive")
                    .isEmpty());
            assertThat(browser.see(".fact", "Owner").getText()).isNotEqualTo(before);
            Hub.await("a higher fence", () -> fence(browser) > fence);
            hub.app().gates().open("held", "stand");
            browser.see(".title .badge", "Completed");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static long fence(Browser browser) {
        return Long.parseLong(browser.see("[data-fact=fence]").getText());
    }
}
