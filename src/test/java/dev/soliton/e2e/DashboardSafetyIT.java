package dev.soliton.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Awaits;
import dev.soliton.e2e.app.Families;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Shown;
import dev.soliton.e2e.app.Steps;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What must not happen to users of the dashboard, whatever others put into the hub. */
@Tag("full")
@Tag("browser")
final class DashboardSafetyIT {
    private static final String MARKUP = Shown.MARKUP;
    private static final String JSON = "\"" + MARKUP + "\"";

    /** Two entries each, and two of the instance. */
    private static final int TIMERS = 5000;

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() throws IOException {
        browser = Browser.start();
        hub = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Awaits.class, Lives.class, Families.class, Shown.class));
        app = hub.host();
        // Goes on beside the other tests.
        app.startFresh("ManyTimers", "long", Integer.toString(TIMERS));
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
    void browserHasNothingToComplainOfAndNobodyWasHacked() {
        assertThat(browser.run("return window.hacked")).isNull();
        assertThat(browser.complaints()).isEmpty();
    }

    private static String inPath(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private static void assertOk(Caller.Answer answer) {
        assertThat(answer.code()).as(answer.response().body()).isEqualTo(202);
    }

    @Test
    void markupInEveryFieldOfACallerIsText() {
        String id = inPath(MARKUP);
        String name = inPath(MARKUP);
        assertOk(app.send("POST", "/api/orchestrators/" + name + "/" + id, JSON));
        app.awaitCustomStatus(id, JSON);
        assertOk(app.send("POST", "/api/instances/" + id + "/suspend?reason=" + id, (String) null));
        assertOk(app.send("POST", "/api/orchestrators/" + name + "/" + id + "?idConflictPolicy=runAfter", JSON));
        app.awaitStatus(id, "Suspended");

        browser.open(app, "#/id/" + id);
        browser.see("h1", MARKUP);
        browser.see(".who", MARKUP);
        browser.see(".following", MARKUP);
        browser.see(".json", MARKUP);
        browser.click(".timeline .row", "Suspended");
        browser.see(".details", MARKUP);
        browser.click("button", "Load inputs and results");
        browser.click("summary", "What differs");
        browser.click(".card-head button", "Open");
        browser.see(".forecast", MARKUP);
        browser.see("form.start .hint", "Describes " + MARKUP);
        browser.click("form.start button", "Start");
        browser.see("[data-outcome=rejected]", MARKUP);

        assertOk(app.send("POST", "/api/instances/" + id + "/resume", (String) null));
        browser.see(".standing li", MARKUP);
        browser.see(".timeline .row", MARKUP);
        browser.open(app, "#/instances");
        browser.see("table.list", MARKUP);
        browser.click("table.list tbody input", "");
        browser.open(app, "#/");
        browser.see(".orchestrators", MARKUP);
        browser.see(".recent", MARKUP);
    }

    @Test
    void markupInAFailureIsText() {
        String name = inPath(MARKUP);
        assertOk(app.send("POST", "/api/orchestrators/" + name + "/fails", JSON));
        assertOk(app.send("POST", "/api/instances/fails/raiseEvent/" + name, JSON));
        app.awaitStatus("fails", "Failed");

        browser.open(app, "#/id/fails");
        browser.see(".failure .message", MARKUP);
        browser.see(".failure", "Flaky");
        browser.click(".timeline .row", MARKUP);
        browser.see(".details h3", MARKUP);
        assertThat(browser.find(".failure img", "")).isEmpty();
    }

    @Test
    void oddIdsAreTheSameEverywhere() {
        for (String id : List.of("100%", "%25", "ü 😀", "say \"hi\"", "a+b&c=d", "it's;x", "(~)!*")) {
            app.startFresh("HelloCities", inPath(id), "[]");
            app.awaitEnd(inPath(id));
            browser.open(app, "#/");
            browser.fill("Instance ID", id);
            browser.click("button", "Look");
            browser.see(".title .badge", "Completed");
            assertThat(browser.see("h1 .id").getText()).isEqualTo(id);
            browser.open(app, "#/instances?instanceIdPrefix=" + inPath(id));
            browser.click("table.list th a", id);
            browser.see(".who", "HelloCities had this ID last");
        }
        browser.open(app, "#/id/..%2F..%2Fadmin");
        browser.see("h1", "No such ID");
        browser.open(app, "#/id/..");
        browser.see("h1", "No such ID");
    }

    @Test
    void twoMegabytesAreShownFromTheirBeginningAndWholeWhenAsked() {
        String end = "the very end";
        String input = "[" + "\"%s\",".formatted("x".repeat(1000)).repeat(2000) + "\"" + end + "\"]";
        app.startFresh("EchoInput", "large", input);
        app.awaitEnd("large");

        browser.open(app, "#/id/large");
        browser.see(".json .note", "The first 64 KiB of 1.9 MiB");
        assertThat(browser.text()).doesNotContain(end);
        browser.click(".json button", "Load all");
        browser.click(".tree button", "1901 more");
        browser.click(".tree button", "901 more");
        browser.see(".tree .leaf", end);
    }

    @Test
    void tenThousandEntriesOfAHistoryAreDrawnWhereTheyAreInSight() {
        app.awaitEnd("long");

        browser.open(app, "#/id/long");
        browser.see(".card .aside", (2 * TIMERS + 2) + " entries");
        browser.see(".timeline .row", "started");
        assertThat(browser.find(".timeline .row", "").size()).isLessThan(200);
        browser.run("document.querySelector('.timeline').focus()");
        browser.type(Keys.END);
        browser.see(".timeline .row.selected", "Completed");
        assertThat(browser.find(".timeline .row", "").size()).isLessThan(200);
    }

    @Test
    void pagesHaveNoBarriersAndFitEverySize() throws IOException {
        app.startFresh("Parent", "seen", "2");
        hub.awaitReached("seen.0", "child");
        app.raise("seen", "early", "{}");
        assertOk(app.send("POST", "/api/orchestrators/EchoThenNeeds/failed-one", "null"));
        app.awaitStatus("failed-one", "Failed");
        for (String scheme : List.of("light", "dark")) {
            browser.prefer("prefers-color-scheme", scheme);
            for (Map.Entry<String, String> page : Map.of(
                            "#/", ".orchestrators li",
                            "#/instances", "table.list tbody tr",
                            "#/id/seen", ".timeline .row",
                            "#/id/failed-one", ".failure",
                            "#/id/nobody-at-all", "form.start",
                            "#/start", "form.start select",
                            "#/health", "tbody tr")
                    .entrySet()) {
                browser.open(app, page.getKey());
                browser.see(page.getValue());
                assertThat(browser.barriers()).as(scheme + " " + page.getKey()).isEmpty();
                assertFits(page.getKey());
            }
        }
        browser.prefer("prefers-color-scheme", "light");
        browser.open(app, "#/id/seen");
        browser.click(".actions button", "Raise event");
        browser.see("dialog[open]");
        assertThat(browser.barriers()).isEmpty();
    }

    /** A phone; and the width that a laptop's window has at 400 percent. */
    private static void assertFits(String page) {
        for (int width : List.of(390, 320)) {
            browser.narrow(width);
            Object excess =
                    browser.run("const all = document.documentElement; return all.scrollWidth - all.clientWidth");
            assertThat(excess).as(page + " at " + width).isEqualTo(0L);
        }
        browser.widen();
    }

    @Test
    void theServersHeadersAreThoseThatKeepMarkupText() {
        Caller.Answer page = app.send("GET", "/api/ui/", (String) null);
        assertThat(page.header("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "trusted-types 'none'");
        browser.open(app, "#/");
        browser.see("h1");
        assertThat(
                        browser.run(
                                """
                        try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch (refused) { return refused.name; }
                        """))
                .isEqualTo("TypeError");
        assertThat(browser.complaints()).isNotEmpty();
    }

    @Test
    void aReadOnlyDashboardOffersNothingAndTheServerRefusesIt() {
        Caller readOnly = hub.host(Hub.azurite().connectionString(), Map.of("SOLITON_UI", "readonly"));
        app.startFresh("StandAt", "only-read", "\"event\"");

        browser.open(readOnly, "#/id/only-read");
        browser.see(".note", "read-only");
        browser.see(".timeline .row");
        assertThat(browser.find("button", "Terminate")).isEmpty();
        assertThat(browser.find("button.primary", "")).isEmpty();
        browser.open(readOnly, "#/instances");
        browser.see("table.list tbody tr");
        assertThat(browser.find("table.list input, .choosing button", "")).isEmpty();
        browser.open(readOnly, "#/id/nobody-reads");
        browser.see(".note", "it starts nothing");
        Object code = browser.run(
                """
                return fetch('../instances/only-read/terminate', { method: 'POST', headers: { 'X-Soliton-UI': '1' } })
                    .then(response => response.status)
                """);
        assertThat(code).isEqualTo(403L);
        assertThat(app.status("only-read").text("runtimeStatus")).isEqualTo("Running");
        readOnly.host().close();
    }

    @Test
    void aKeyIsAskedForKeptInTheTabAndNotInTheAddress() {
        Caller locked = hub.hostWithKey("of a function");

        browser.open(locked, "#/id/only-read");
        browser.see("h1", "A key is needed");
        browser.fill("Host key", "a wrong one");
        browser.click("form button", "Use it");
        browser.see(".note.bad", "The app has refused that key.");
        browser.fill("Host key", "of a function");
        browser.click("form button", "Use it");
        browser.see(".who");

        browser.click("header button", "Forget the key");
        browser.see("h1", "A key is needed");
        browser.open(locked, "#key=of%20a%20function");
        browser.see(".orchestrators li");
        assertThat(browser.address()).isEqualTo("#/");
        WebElement forget = browser.see("header button", "Forget the key");
        assertThat(forget.isDisplayed()).isTrue();
        locked.host().close();
    }
}
