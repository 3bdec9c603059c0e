package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.ClientFixture;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard's files, with the headers that keep its page from doing harm. */
final class UiFunctionsTest {
    private static final Map<String, String> FILES = Map.of(
            "assets.json",
            """
            {"index.html": {"type": "text/html; charset=utf-8", "gz": true, "immutable": false},
             "app-1a2b.js": {"type": "text/javascript; charset=utf-8", "gz": true, "immutable": true},
             "logo.svg": {"type": "image/svg+xml", "gz": false, "immutable": true}}
            """,
            "index.html",
            "<p>page",
            "index.html.gz",
            "page, compressed",
            "app-1a2b.js",
            "script",
            "app-1a2b.js.gz",
            "script, compressed",
            "logo.svg",
            "<svg/>",
            "secret.txt",
            "not on the list");

    private final ClientFixture hub = new ClientFixture();
    private final ExecutionContext invocation = mock();

    private static byte @Nullable [] file(String name) {
        String text = FILES.get(name);
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        when(invocation.getLogger()).thenReturn(logger);
    }

    private HttpResponseMessage get(String path, Map<String, String> settings, UiAssets assets, String... headers) {
        Map<String, String> environment = new TreeMap<>(settings);
        environment.put("SOLITON_HUB", "test");
        AppObjects objects =
                GraphBuilder.of(hub).settings(Settings.of(environment)).build();
        FakeRequest request = new FakeRequest("https://app.example.org/api/" + path, null).method(HttpMethod.GET);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return new DashboardFunctions(() -> objects, assets).show(request, invocation);
    }

    private HttpResponseMessage get(String path, String... headers) {
        return get(path, Map.of(), new UiAssets(UiFunctionsTest::file), headers);
    }

    private static String text(HttpResponseMessage response) {
        return response.getBody() instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : String.valueOf(response.getBody());
    }

    private static void assertStrict(HttpResponseMessage response) {
        assertThat(response.getHeader("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                        + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                        + " require-trusted-types-for 'script'; trusted-types 'none'");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(response.getHeader("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(response.getHeader("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
    }

    @Test
    void addressWithoutASlashLeadsToThePage() {
        HttpResponseMessage response = get("ui");
        assertThat(response.getStatusCode()).isEqualTo(308);
        assertThat(response.getHeader("Location")).isEqualTo("ui/");
        assertStrict(response);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ui/", "ui/index.html", "ui/?page=instances", "UI/"})
    void pageIsNeverStored(String path) {
        HttpResponseMessage response = get(path);
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(text(response)).isEqualTo("<p>page");
        assertThat(response.getHeader("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(response.getHeader("Content-Encoding")).isNull();
        assertStrict(response);
    }

    @Test
    void fileThatNeverChangesIsStoredForAYear() {
        HttpResponseMessage response = get("ui/app-1a2b.js");
        assertThat(text(response)).isEqualTo("script");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertStrict(response);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                       | true",
                "br, gzip;q=0.5, deflate    | true",
                "deflate,GZIP               | true",
                "gzip;q=1.0                 | true",
                "gzip;q=0                   | false",
                "gzip;q=0.0, br             | false",
                "br                         | false",
                "x-gzip                     | false"
            })
    void fileIsCompressedForWhoeverAcceptsThat(String accepted, boolean compressed) {
        HttpResponseMessage response = get("ui/", "accept-encoding", accepted);
        assertThat(text(response)).isEqualTo(compressed ? "page, compressed" : "<p>page");
        assertThat(response.getHeader("Content-Encoding")).isEqualTo(compressed ? "gzip" : null);
        assertThat(response.getHeader("Vary")).isEqualTo("Accept-Encoding");
    }

    @Test
    void fileThatIsNotWorthItIsSentAsItIs() {
        HttpResponseMessage response = get("ui/logo.svg", "accept-encoding", "gzip");
        assertThat(text(response)).isEqualTo("<svg/>");
        assertThat(response.getHeader("Content-Encoding")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ui/secret.txt",
                "ui/assets.json",
                "ui/index.html.gz",
                "ui/../secret.txt",
                "ui/%2e%2e/secret.txt",
                "ui//index.html",
                "ui/instances/x",
                "ui/index.html/"
            })
    void nothingElseIsThere(String path) {
        HttpResponseMessage response = get(path);
        assertThat(response.getStatusCode()).isEqualTo(404);
        assertStrict(response);
    }

    @Test
    void buildWithoutTheDashboardSaysSo() {
        HttpResponseMessage response = get("ui/", Map.of(), new UiAssets(name -> null));
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(text(response)).contains("not part of this build");
        assertStrict(response);
    }

    @Test
    void fileThatIsListedAndMissingIsFoundOutWhenTheFilesAreRead() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new UiAssets(name -> name.equals("index.html.gz") ? null : file(name)))
                .withMessageContaining("index.html.gz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ui", "ui/", "ui/config.json", "ui/app-1a2b.js"})
    void dashboardThatIsSwitchedOffIsNotThere(String path) {
        HttpResponseMessage response = get(path, Map.of("SOLITON_UI", "off"), new UiAssets(UiFunctionsTest::file));
        assertThat(response.getStatusCode()).isEqualTo(404);
        assertThat(text(response)).contains("SOLITON_UI");
    }

    private String config(Map<String, String> settings, String... headers) {
        HttpResponseMessage response = get("ui/config.json", settings, new UiAssets(UiFunctionsTest::file), headers);
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(response.getHeader("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertStrict(response);
        return text(response).replaceAll("\"version\":\"[0-9.]+\"", "V");
    }

    @Test
    void configurationSaysWhatTheSettingsSay() {
        assertThat(config(Map.of())).isEqualTo("{\"mode\":\"full\",\"auth\":\"key\",V}");
        assertThat(config(Map.of("SOLITON_UI", "readonly"))).isEqualTo("{\"mode\":\"readonly\",\"auth\":\"key\",V}");
    }

    @Test
    void configurationNamesTheUserAndWhatTheyMayDo() {
        Map<String, String> settings = Map.of(
                "SOLITON_UI_AUTH", "easyauth",
                "SOLITON_UI_OPERATORS", "Admins",
                "WEBSITE_AUTH_ENABLED", "True");
        assertThat(config(settings, "x-ms-client-principal", UiApiTest.principal("ann@example.org", "Admins")))
                .isEqualTo("{\"mode\":\"full\",\"auth\":\"easyauth\",V,\"user\":\"ann@example.org\"}");
        assertThat(config(settings, "x-ms-client-principal", UiApiTest.principal("bob@example.org", "Readers")))
                .isEqualTo("{\"mode\":\"readonly\",\"auth\":\"easyauth\",V,\"user\":\"bob@example.org\"}");
        assertThat(config(settings)).isEqualTo("{\"mode\":\"readonly\",\"auth\":\"easyauth\",V}");
    }

    @Test
    void configurationBelievesNobodyWhereThePlatformsSignInIsOff() {
        assertThat(config(
                        Map.of("SOLITON_UI_AUTH", "easyauth", "SOLITON_UI_OPERATORS", "Admins"),
                        "x-ms-client-principal",
                        UiApiTest.principal("ann@example.org", "Admins")))
                .isEqualTo("{\"mode\":\"readonly\",\"auth\":\"easyauth\",V}");
    }
}
