package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.Steps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dashboard's side of the app, over HTTP: its page, what it shows, and its entrance for users who have signed in. */
@Tag("integration")
final class DashboardIT {
    private static final String[] OF_AN_OPERATOR = {
        "X-MS-CLIENT-PRINCIPAL",
        Base64.getEncoder()
                .encodeToString(("{\"name_typ\":\"n\",\"claims\":[{\"typ\":\"n\",\"val\":\"ann@example.org\"},"
                                + "{\"typ\":\"roles\",\"val\":\"Admins\"}]}")
                        .getBytes(StandardCharsets.UTF_8)),
        "X-Soliton-UI",
        "1",
        "Sec-Fetch-Site",
        "same-origin"
    };

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() {
        hub = new Hub(Hub.SHORT_LEASE, List.of(Steps.class, Lives.class));
        app = hub.host(
                Hub.azurite().connectionString(),
                Map.of(
                        "SOLITON_UI_AUTH", "easyauth",
                        "SOLITON_UI_OPERATORS", "Admins",
                        "WEBSITE_AUTH_ENABLED", "True"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static Caller.Answer get(String path, String... headers) {
        return app.send("GET", path, (String) null, headers);
    }

    @Test
    void pageComesWithTheHeadersThatKeepItFromDoingHarm() {
        Caller.Answer page = get("/api/ui/");
        assertThat(page.code()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none';");
        assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.response().body()).startsWith("<!doctype html>");
    }

    @Test
    void filesOfThePageAreStoredForAYearAndCompressedOnTheWay() {
        String page = get("/api/ui/").response().body();
        List<String> files = Pattern.compile("(?:src|href)=\"([^\"]+)\"")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(files.isEmpty()).as(page).isEqualTo(page.contains("not part of this build"));
        for (String file : files) {
            Caller.Answer answer = get("/api/ui/" + file, "Accept-Encoding", "gzip, br");
            assertThat(answer.code()).as(file).isEqualTo(200);
            assertThat(answer.header("Cache-Control")).as(file).isEqualTo("public, max-age=31536000, immutable");
            assertThat(answer.header("Content-Encoding")).as(file).isEqualTo("gzip");
            assertThat(answer.header("X-Content-Type-Options")).as(file).isEqualTo("nosniff");
        }
    }

    @Test
    void addressWithoutASlashLeadsToThePageAndOthersToNothing() {
        Caller.Answer moved = get("/api/ui");
        assertThat(moved.code()).isEqualTo(308);
        assertThat(app.base().resolve("/api/ui").resolve(String.valueOf(moved.header("Location"))))
                .isEqualTo(app.base().resolve("/api/ui/"));
        assertThat(get("/api/ui/assets.json").code()).isEqualTo(404);
        assertThat(get("/api/ui/nothing").code()).isEqualTo(404);
        assertThat(app.send("POST", "/api/ui/", (String) null).code()).isEqualTo(404);
    }

    @Test
    void configurationNamesTheUser() {
        assertThat(get("/api/ui/config.json", OF_AN_OPERATOR).response().body())
                .startsWith("{\"mode\":\"full\",\"auth\":\"easyauth\",\"version\":\"")
                .endsWith("\"user\":\"ann@example.org\"}");
    }

    @Test
    void holdingFollowsAnInstanceFromItsOwnerToTheRunBehindIt() {
        Instant before = Instant.now().minusSeconds(2);
        app.start("HoldThenEcho", "held", "1");
        hub.awaitReached("held", "hold");
        app.raise("held", "go", "[1]");
        assertThat(app.send("POST", "/api/orchestrators/EchoInput/held?idConflictPolicy=runAfter", "\"next\"")
                        .code())
                .isEqualTo(202);
        Caller.Answer holding = get("/api/instances/held/holding");
        assertThat(holding.code()).isEqualTo(200);
        assertThat(holding.text("runtimeStatus")).isEqualTo("Running");
        assertThat(holding.body().at("/owner/life").textValue()).isEqualTo("alive");
        assertThat(holding.body().at("/owner/id").textValue())
                .isEqualTo(app.status("held").text("owner"));
        assertThat(Instant.parse(holding.text("claimedAt")))
                .isBetween(before, Instant.now().plusSeconds(2));
        assertThat(holding.body().at("/following/input").textValue()).isEqualTo("next");
        assertThat(holding.body().get("gate").booleanValue()).isTrue();
        hub.app().gates().open("held", "hold");
        app.await("held", "the next run", status -> status.text("name").equals("EchoInput"));
        app.awaitEnd("held");
        Caller.Answer ended = get("/api/instances/held/holding");
        assertThat(ended.body().get("following").isNull()).isTrue();
        assertThat(ended.body().get("owner").isNull()).isTrue();
        assertThat(ended.body().get("gate").booleanValue()).isFalse();
        assertThat(get("/api/instances/nobody/holding").code()).isEqualTo(404);
    }

    @Test
    void orchestratorsAreThoseThatCallersMayStart() {
        assertThat(get("/api/orchestrators").body())
                .extracting(each -> each.get("name").textValue())
                .contains("HelloCities", "Counter")
                .doesNotContain("ReserveStock");
    }

    @Test
    void healthShowsTheHubIfItIsAskedFor() {
        app.start("HelloCities", "healthy", "[]");
        app.awaitEnd("healthy");
        assertThat(get("/api/health").response().body()).isEqualTo("{\"status\":\"ok\"}");
        Caller.Answer detail = get("/api/health?detail=true");
        assertThat(detail.code()).isEqualTo(200);
        assertThat(detail.text("hub")).isEqualTo(hub.name());
        assertThat(detail.body().get("workers").get(0).get("life").textValue()).isEqualTo("alive");
        assertThat(detail.body().at("/poison/length").intValue()).isZero();
        assertThat(detail.body().at("/settings/SOLITON_UI_AUTH").textValue()).isEqualTo("easyauth");
    }

    @Test
    void userWhoHasSignedInCallsTheApiThroughTheDashboardsEntrance() {
        Caller.Answer started =
                app.send("POST", "/api/ui/api/orchestrators/HelloCities/by-user", "[\"Oslo\"]", OF_AN_OPERATOR);
        assertThat(started.code()).isEqualTo(202);
        assertThat(started.header("Location")).isEqualTo(app.base() + "/api/ui/api/instances/by-user");
        app.awaitOutput("by-user", "[\"Hello Oslo!\"]");
        assertThat(get("/api/ui/api/instances/by-user", OF_AN_OPERATOR).text("runtimeStatus"))
                .isEqualTo("Completed");
        assertThat(app.send("DELETE", "/api/ui/api/instances/by-user", (String) null, OF_AN_OPERATOR)
                        .text("instancesDeleted"))
                .isEqualTo("1");
        assertThat(app.status("by-user").code()).isEqualTo(404);
        Hub.await("the line of the log", () -> hub.output().stream()
                .anyMatch(
                        line -> line.contains("audit action=\"purge\" by=\"ann@example.org\" instanceId=\"by-user\"")));
    }

    /** As the host decodes it, so that it names the same instance at both entrances. */
    @ParameterizedTest
    @CsvSource({"a%20b%27%25%C3%A9%26+%F0%9F%8C%8A", "%2541", "x%2Fy", "100%25"})
    void idIsTheSameAtBothEntrances(String id) {
        app.startFresh("HelloCities", id, "[]");
        app.awaitEnd(id);
        Caller.Answer byKey = app.status(id);
        Caller.Answer byUser = get("/api/ui/api/instances/" + id, OF_AN_OPERATOR);
        assertThat(byUser.code()).isEqualTo(200);
        assertThat(byUser.text("instanceId")).isEqualTo(byKey.text("instanceId"));
        assertThat(byUser.text("executionId")).isEqualTo(byKey.text("executionId"));
    }

    @Test
    void strangerGetsNothingThroughTheDashboardsEntrance() {
        assertThat(get("/api/ui/api/instances").code()).isEqualTo(401);
        assertThat(get("/api/ui/api/instances", "X-Soliton-UI", "1", "Sec-Fetch-Site", "same-origin")
                        .code())
                .isEqualTo(401);
        assertThat(get("/api/ui/api/instances", OF_AN_OPERATOR[0], OF_AN_OPERATOR[1])
                        .code())
                .isEqualTo(403);
        assertThat(get("/api/ui/api", OF_AN_OPERATOR).code()).isEqualTo(404);
    }
}
