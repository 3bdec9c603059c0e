package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Families;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** What people do with the dashboard, done in a browser. */
@Tag("full")
@Tag("browser")
final class DashboardPagesIT {
    private static final int MANY = 100;

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start();
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class, Lives.class, Families.class));
        app = hub.host();
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (hub != null) {
            hub.close();
        }
    }

    @AfterEach
    void browserHasNothingToComplainOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void somebodyWhoHasNeverSeenItFindsTheHolderReplacesItAndRewindsWhatHasFailed() {
        try (Hub calm = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class))) {
            // As long as nobody works, what has arrived waits.
            Caller idle =
                    calm.host(Hub.azurite().connectionString(), Map.of("AzureWebJobs.Orchestrator.Disabled", "true"));
            start(idle, "StandAt", "?delay=PT1H", "\"event\"");
            idle.raise("import-acme", "price", "1");
            idle.raise("import-acme", "stock", "[2,3]");
            start(idle, "EchoInput", "?idConflictPolicy=runAfter", "{\"supplier\":\"acme\"}");

            findTheHolder(idle);
            replaceTheHolder();
            calm.host();
            rewindWhatFails(calm);
        }
    }

    private static void start(Caller app, String orchestrator, String query, String input) {
        Caller.Answer answer = app.send("POST", "/api/orchestrators/" + orchestrator + "/import-acme" + query, input);
        assertThat(answer.code()).as(answer.response().body()).isEqualTo(202);
    }

    private static void findTheHolder(Caller app) {
        browser.open(app, "#/");
        browser.fill("Instance ID", "import-acme");
        browser.click("button", "Look");

        browser.see(".who", "StandAt holds this ID");
        browser.see(".standing li", "It begins at");
        browser.see(".fact", "Accepted");
        browser.see(".following", "EchoInput runs next");
        browser.seeMany("[aria-label=Inbox] tbody tr", 2);
        assertThat(browser.find("[aria-label=Inbox] tbody tr", "").get(0).getText())
                .contains("price", "1 B");
        assertThat(browser.find("[aria-label=Inbox] tbody tr", "").get(1).getText())
                .contains("stock", "5 B");
        assertThat(browser.clicks()).isLessThanOrEqualTo(3);

        browser.click("summary", "What differs from the input");
        browser.see(".following td.removed", "\"event\"");
        browser.see(".following td.added", "supplier");
    }

    private static void replaceTheHolder() {
        browser.click(".card-head button", "Open");
        browser.fill("Orchestrator", "EchoThenNeeds");
        browser.fill("Input, as JSON", "");
        browser.see(".forecast.o-rejected", "this start is refused with 409");
        browser.click("label.check", "Terminate it, and run in its place");
        browser.see(".forecast.o-replaced", "StandAt has this ID and has not begun yet. It is terminated.");
        browser.click("form.start button", "Start");
        browser.see("[data-outcome=replaced]");
    }

    private static void rewindWhatFails(Hub calm) {
        browser.see(".title .badge", "Failed");
        browser.see(".failure .message", "is closed");
        browser.see(".failure", "What can be done");
        browser.see(".timeline .row", "Need");
        calm.app().gates().open("import-acme", "left");
        calm.app().gates().open("import-acme", "right");
        browser.click(".actions button", "Rewind");
        browser.see("dialog", "what was committed stays");
        browser.click("dialog button", "Rewind");
        browser.see(".title .badge", "Completed");
    }

    @Test
    void aHundredFinishedOnesArePurgedAndEachOutcomeIsSeen() {
        List<String> ids =
                IntStream.range(0, MANY).mapToObj(i -> "old-%03d".formatted(i)).toList();
        ids.stream().map(id -> app.startAsync("HelloCities", id, "[]")).toList().forEach(started -> assertThat(
                        started.join().code())
                .isEqualTo(202));
        ids.forEach(app::awaitEnd);
        app.startFresh("StandAt", "old-live", "\"event\"");

        browser.open(app, "#/instances");
        browser.fill("ID begins with", "old-");
        browser.click("form button", "Look");
        browser.see("[role=status]", "shown; looked at");
        browser.click("button", "Act on all that match");
        browser.click("form button", "Purge 101 instances");

        browser.see("[role=status]", "100 done, 1 failed, of 101.");
        browser.seeMany(".outcomes tr[data-result=done]", MANY);
        assertThat(browser.find(".outcomes tr[data-result=failed]", "old-live")).hasSize(1);
        assertThat(app.status("old-000").code()).isEqualTo(404);

        app.operate("old-live", "terminate");
        app.awaitEnd("old-live");
        browser.click("button", "Try the 1 again");
        browser.see("[role=status]", "101 done, 0 failed, of 101.");
    }

    @Test
    void filtersAreInTheAddressAndCountsComeWhenAsked() {
        app.startFresh("HelloCities", "listed-1", "[]");
        app.awaitEnd("listed-1");
        app.startFresh("StandAt", "listed-2", "\"event\"");
        app.awaitCustomStatus("listed-2", "\"event\"");

        browser.open(app, "#/instances");
        browser.fill("ID begins with", "listed-");
        browser.fill("Orchestrator", "StandAt");
        browser.click("label.chip", "Running");
        browser.click("form button", "Look");
        browser.see("table.list", "listed-2");
        assertThat(browser.address()).contains("runtimeStatus=Running", "name=StandAt", "instanceIdPrefix=listed-");

        browser.open(app, browser.address());
        browser.see("table.list", "listed-2");
        assertThat(browser.find("table.list", "listed-1")).isEmpty();
        browser.click("button", "Count what matches");
        browser.see("[role=status]", "1 in 1 page");
    }

    @Test
    void anOpenPageShowsWhatBecomesOfTheInstance() {
        app.startFresh("StandAt", "watched", "\"event\"");

        browser.open(app, "#/id/watched");
        browser.see(".standing li", "It waits for the event “go”");
        browser.see(".timeline .row", "go");
        app.raise("watched", "go", "12345678901234567890");

        browser.see(".title .badge", "Completed");
        browser.see(".v-number", "12345678901234567890");
        browser.see(".json", "\"event\"");
    }

    @Test
    void operationsAreConfirmedAndThoseThatWouldBeRefusedSayWhy() {
        app.startFresh("StandAt", "operated", "\"event\"");

        browser.open(app, "#/id/operated");
        browser.click(".actions button[aria-disabled=true]", "Resume");
        browser.see("#said", "It is not suspended.");
        browser.click(".actions button", "Suspend");
        browser.see("dialog", "keeps its ID");
        assertThat(browser.see("dialog .field input").getDomProperty("value")).isEqualTo("by the dashboard");
        browser.click("dialog button", "Suspend");
        browser.see(".title .badge", "Suspended");
        browser.see(".standing li", "goes on when somebody resumes it");
        browser.click(".actions button", "Resume");
        browser.click("dialog button", "Resume");
        browser.see(".title .badge", "Running");
        browser.see(".timeline .row", "Suspended");

        browser.click(".actions button", "Raise event");
        browser.fill("Event", "go");
        browser.fill("Payload, as JSON", "{\"a\":");
        browser.see("dialog .error");
        browser.fill("Payload, as JSON", "{\"a\":1}");
        browser.click("dialog summary", "The same with curl");
        browser.see("dialog .curl pre", "raiseEvent/go");
        browser.click("dialog button.primary", "Raise event");
        browser.see(".title .badge", "Completed");

        browser.click(".actions button", "Restart");
        browser.click("dialog button.primary", "Restart");
        browser.see(".title .badge", "Running");
        browser.click(".actions button", "Terminate");
        browser.click("dialog button.primary", "Terminate");
        browser.see(".title .badge", "Terminated");
        browser.click(".actions button", "Purge");
        browser.click("dialog button.primary", "Purge");
        browser.see(".who", "Nobody holds this ID");
    }

    @Test
    void aStartIsForetoldAndItsOutcomeIsShown() {
        browser.open(app, "#/id/told");
        browser.see(".who", "Nobody holds this ID");
        browser.fill("Orchestrator", "StandAt");
        browser.fill("Input, as JSON", "\"event\"");
        browser.see(".forecast.o-started", "Nobody has this ID");
        browser.click("form.start button", "Start");
        browser.see(".who", "StandAt holds this ID");

        browser.open(app, "#/start?like=told");
        assertThat(browser.see("form.start textarea").getDomProperty("value")).isEqualTo("\"event\"");
        browser.fill("ID", "told");
        browser.see(".forecast.o-rejected", "StandAt is running under this ID");
        browser.click("form.start button", "Start");
        browser.see("[data-outcome=rejected]", "by StandAt");
        browser.click("label.check", "useExisting");
        browser.see(".forecast.o-attached", "Nothing is started");
        browser.click("form.start button", "Start");
        browser.see("[data-outcome=attached]");
        browser.click("label.check", "runAfter");
        browser.see(".forecast.o-queued", "This run is queued");
        browser.click("form.start button", "Start");
        browser.see("[data-outcome=queued]");
        browser.see(".forecast.o-queued", "One run waits behind it already");

        browser.open(app, "#/start?name=HelloCities");
        browser.see(".forecast.o-started", "under a random ID");
        browser.click("form.start button", "Start");
        browser.click("[data-outcome=started] a", "");
        browser.see(".title .badge", "Completed");
    }

    @Test
    void parentAndChildrenLeadToEachOther() {
        app.startFresh("Parent", "family", "3");
        IntStream.range(0, 3).forEach(child -> hub.awaitReached("family." + child, "child"));

        browser.open(app, "#/id/family");
        browser.see(".standing li", "It waits for sub-orchestrations: 3 × HeldChild");
        browser.click(".family button", "Look");
        browser.see(".family .badge", "Running");
        browser.click(".family a", "family.2");
        browser.see(".over", "Sub-orchestration");
        IntStream.range(0, 3).forEach(child -> hub.app().gates().open("family." + child, "child"));
        browser.see(".title .badge", "Completed");
        browser.click(".fact a", "family");
        browser.see(".title .badge", "Completed");
        browser.click("button", "As a table");
        browser.see("[aria-label='Timeline as a table'] tr", "Sub-orchestration");
    }

    @Test
    void theKeyboardAloneLeadsThrough() {
        app.startFresh("StandAt", "keyed", "\"event\"");

        browser.open(app, "#/");
        browser.see("h1", "Who holds this ID?");
        browser.tabTo("Look");
        browser.tabBack();
        browser.type("keyed", Keys.ENTER);
        browser.see(".who", "StandAt holds this ID");
        browser.tabTo("Suspend");
        browser.type(Keys.ENTER);
        browser.see("dialog[open]");
        browser.type(Keys.ESCAPE);
        Hub.await("no dialog", () -> browser.find("dialog", "").isEmpty());
        assertThat(browser.focused()).isEqualTo("Suspend");
        browser.see(".timeline .row");
        browser.run("document.querySelector('.timeline').focus()");
        browser.type(Keys.ARROW_DOWN);
        browser.see(".details h3", "started");
    }

    @Test
    void healthShowsWorkersQueuesAndSettings() {
        browser.open(app, "#/health");
        browser.see("tr", "alive");
        browser.see(".fact", "Turn queue");
        browser.see("tr", "SOLITON_HUB");
        browser.see(".fact", hub.name());
    }
}
