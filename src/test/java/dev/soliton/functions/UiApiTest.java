package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.ClientFixture;
import dev.soliton.store.RuntimeStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in through the dashboard's entrance to the API, and what is behind it. */
final class UiApiTest {
    private static final String ORIGIN = "https://app.example.org";
    private static final String OBJECT_ID = "6b1f2c3d-0000-4000-8000-0123456789ab";
    private static final String NAME_TYPE = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
    private static final String ROLE_TYPE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

    private final ClientFixture hub = new ClientFixture();
    private final Map<String, String> settings = new TreeMap<>(Map.of(
            "SOLITON_HUB", "test",
            "SOLITON_UI_AUTH", "easyauth",
            "SOLITON_UI_OPERATORS", "Admins, ann@example.org," + OBJECT_ID,
            "SOLITON_UI_READERS", "Readers",
            "WEBSITE_AUTH_ENABLED", "True"));
    private final ExecutionContext invocation = mock();
    private final List<String> logged = new ArrayList<>();

    /** What the platform writes into the header of a user's requests. */
    static String principal(String name, String... roles) {
        ObjectNode principal = JsonNodeFactory.instance
                .objectNode()
                .put("auth_typ", "aad")
                .put("name_typ", NAME_TYPE)
                .put("role_typ", ROLE_TYPE);
        ArrayNode claims = principal.putArray("claims");
        claims.addObject().put("typ", NAME_TYPE).put("val", name);
        for (String role : roles) {
            claims.addObject().put("typ", "roles").put("val", role);
        }
        return encoded(principal.toString());
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        when(invocation.getLogger()).thenReturn(logger);
        hub.registry.orchestrator("Job", () -> context -> null);
    }

    private AppObjects objects() {
        return GraphBuilder.of(hub).settings(Settings.of(settings)).build();
    }

    /** A request as the dashboard makes it, for a user with that header. */
    private static FakeRequest request(HttpMethod verb, String path, String principal) {
        return new FakeRequest(ORIGIN + "/api/ui/api/" + path, null)
                .method(verb)
                .header("x-ms-client-principal", principal)
                .header("x-soliton-ui", "1")
                .header("sec-fetch-site", "same-origin");
    }

    private HttpResponseMessage call(FakeRequest request, String path) {
        AppObjects objects = objects();
        return new DashboardFunctions(() -> objects).callAsUser(request, path, invocation);
    }

    private HttpResponseMessage call(HttpMethod verb, String path, String principal) {
        return call(request(verb, path, principal), path);
    }

    private int terminate(String principal) {
        return call(HttpMethod.POST, "instances/x/terminate", principal).getStatusCode();
    }

    private int list(String principal) {
        return call(HttpMethod.GET, "instances", principal).getStatusCode();
    }

    @Test
    void operatorsChangeAndReadersLook() {
        hub.begin("x", "run-1");
        assertThat(list(principal("r@example.org", "Readers"))).isEqualTo(200);
        assertThat(terminate(principal("r@example.org", "Readers"))).isEqualTo(403);
        assertThat(hub.inboxOf("x")).isEmpty();
        assertThat(list(principal("o@example.org", "Admins"))).isEqualTo(200);
        assertThat(terminate(principal("o@example.org", "Other", "Admins"))).isEqualTo(202);
        assertThat(hub.inboxOf("x")).hasSize(1);
    }

    @Test
    void nameWithAnAtSignAndObjectIdNameOneUser() {
        hub.begin("x", "run-1");
        assertThat(terminate(principal("Ann@Example.org"))).isEqualTo(202);
        assertThat(terminate(principal("ann@example.org.evil"))).isEqualTo(403);
        String withId =
                encoded("{\"claims\":[{\"typ\":\"http://schemas.microsoft.com/identity/claims/objectidentifier\","
                        + "\"val\":\"" + OBJECT_ID.toUpperCase(java.util.Locale.ROOT) + "\"}],\"name_typ\":\"name\"}");
        FakeRequest named = request(HttpMethod.POST, "instances/x/terminate", withId)
                .header("x-ms-client-principal-name", "Somebody");
        assertThat(call(named, "instances/x/terminate").getStatusCode()).isEqualTo(202);
    }

    /** Some providers let users choose their name. */
    @Test
    void userWhoIsCalledAsARoleHasNotThatRole() {
        assertThat(list(principal("Admins"))).isEqualTo(403);
        assertThat(list(principal(OBJECT_ID))).isEqualTo(403);
        assertThat(list(principal("x@example.org", "ann@example.org"))).isEqualTo(403);
    }

    @Test
    void rolesMayHaveTheTypeThatThePrincipalNames() {
        String principal = encoded("{\"role_typ\":\"" + ROLE_TYPE + "\",\"name_typ\":\"n\",\"claims\":["
                + "{\"typ\":\"n\",\"val\":\"x\"},{\"typ\":\"" + ROLE_TYPE + "\",\"val\":\"Readers\"},{\"typ\":1}]}");
        assertThat(list(principal)).isEqualTo(200);
        assertThat(list(encoded("{\"role_typ\":\"\",\"name_typ\":\"n\",\"claims\":["
                        + "{\"typ\":\"n\",\"val\":\"x\"},{\"typ\":\"\",\"val\":\"Readers\"}]}")))
                .isEqualTo(403);
    }

    @Test
    void nobodyIsAnOperatorWhereNoneIsNamed() {
        settings.remove("SOLITON_UI_OPERATORS");
        settings.remove("SOLITON_UI_READERS");
        assertThat(list(principal("ann@example.org", "Admins", "Readers", ""))).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "bnVsbA==", "W10=", "e30=", "MQ==", "ey", "eyJjbGFpbXMiOjV9"})
    void headerThatIsNoPrincipalIsNobody(String header) {
        HttpResponseMessage response = call(HttpMethod.GET, "instances", header);
        assertThat(response.getStatusCode()).isEqualTo(401);
    }

    /** With the sign-in off, the header is whatever the caller wrote. */
    @ParameterizedTest
    @CsvSource({"''", "False", "1"})
    void forgedPrincipalIsNobodyWhereThePlatformsSignInIsOff(String enabled) {
        hub.begin("x", "run-1");
        settings.put("WEBSITE_AUTH_ENABLED", enabled);
        assertThat(terminate(principal("ann@example.org", "Admins"))).isEqualTo(401);
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SOLITON_UI_AUTH, key", "SOLITON_UI, off"})
    void entranceIsNotThereUnlessUsersSignIn(String name, String value) {
        settings.put(name, value);
        HttpResponseMessage response = call(HttpMethod.GET, "instances", principal("o@example.org", "Admins"));
        assertThat(response.getStatusCode()).isEqualTo(404);
        assertThat((String) response.getBody()).contains("SOLITON_UI");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1, same-origin, -, 202",
                "1, cross-site, -, 403",
                "1, same-site, -, 403",
                "1, none, -, 403",
                "1, cross-site, https://app.example.org, 403",
                "1, -, -, 403",
                "1, -, https://app.example.org, 202",
                "1, -, https://APP.example.org, 202",
                "1, -, https://evil.example.org, 403",
                "1, -, http://app.example.org, 403",
                "1, -, null, 403",
                "0, same-origin, -, 403",
                "-, same-origin, -, 403"
            })
    void requestOfAnotherSiteIsRefusedWhoeverHasSignedIn(
            @org.jspecify.annotations.Nullable String own,
            @org.jspecify.annotations.Nullable String site,
            @org.jspecify.annotations.Nullable String origin,
            int code) {
        hub.begin("x", "run-1");
        FakeRequest request = new FakeRequest(ORIGIN + "/api/ui/api/instances/x/terminate", null)
                .header("x-ms-client-principal", principal("o@example.org", "Admins"));
        Map<String, String> headers = new HashMap<>();
        headers.put("x-soliton-ui", own);
        headers.put("sec-fetch-site", site);
        headers.put("origin", origin);
        headers.forEach((name, value) -> {
            if (value != null) {
                request.header(name, value);
            }
        });
        assertThat(call(request, "instances/x/terminate").getStatusCode()).isEqualTo(code);
        assertThat(hub.inboxOf("x")).hasSize(code == 202 ? 1 : 0);
    }

    static Stream<HttpFunction> functions() {
        return HttpFunction.all().stream();
    }

    /** The same call, at the API itself and through the entrance. */
    @ParameterizedTest
    @MethodSource("functions")
    void entranceLeadsToEveryFunctionOfTheApi(HttpFunction function) {
        hub.begin("x", "run-1");
        AppObjects objects = objects();
        FunctionFactory functions = new FunctionFactory(() -> objects);
        Map<String, String> route =
                Map.of(Routes.FUNCTION_NAME, "Job", Routes.INSTANCE_ID, "x", Routes.EVENT_NAME, "go");
        String path = function.route();
        for (Map.Entry<String, String> value : route.entrySet()) {
            path = path.replace("{" + value.getKey() + "}", value.getValue());
        }
        // Refused before anything is done, with the names of the parameters that the function has.
        FakeRequest direct = request(function.verb(), path, "").query("nonsense", "1");
        FakeRequest asUser = request(function.verb(), path, principal("o@example.org", "Admins"))
                .query("nonsense", "1");
        HttpResponseMessage expected = function.call(functions, direct, route, invocation);
        HttpResponseMessage answer = new DashboardFunctions(() -> objects).callAsUser(asUser, path, invocation);
        assertThat(expected.getStatusCode()).isEqualTo(400);
        assertThat(answer.getStatusCode()).isEqualTo(400);
        assertThat(answer.getBody()).isEqualTo(expected.getBody());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, none",
        "GET, ''",
        "GET, nothing",
        "GET, ui/api/instances",
        "GET, instances/x/terminate",
        "GET, instances/x/holding/more",
        "POST, instances",
        "POST, instances/x",
        "POST, instances/x/holding",
        "POST, instances/x/terminate/now",
        "POST, instances/x/raiseEvent",
        "POST, orchestrators",
        "POST, orchestrators/Job/x/terminate/go",
        "POST, health",
        "DELETE, instances/x/holding",
        "DELETE, orchestrators/Job",
        "DELETE, openapi.json"
    })
    void whatIsNoRouteOfTheApiIsNotThere(HttpMethod verb, String path) {
        assertThat(call(verb, path, principal("o@example.org", "Admins")).getStatusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%2Fb", "%41", "a b", "ünï 😀", "\"", "a+b"})
    void idIsTakenAsTheHostDecodedIt(String id) {
        hub.begin(id, "run-1");
        HttpResponseMessage response =
                call(HttpMethod.GET, "instances/" + id + "/", principal("r@example.org", "Readers"));
        assertThat(response.getStatusCode()).isEqualTo(202);
        assertThat((String) response.getBody()).contains("\"executionId\":\"run-1\"");
        assertThat(response.getHeader("Location")).startsWith(ORIGIN + "/api/ui/api/instances/");
    }

    @Test
    void dashboardThatOnlyShowsChangesNothingForAnybody() {
        hub.begin("x", "run-1");
        settings.put("SOLITON_UI", "readonly");
        assertThat(list(principal("o@example.org", "Admins"))).isEqualTo(200);
        HttpResponseMessage response =
                call(HttpMethod.POST, "instances/x/terminate", principal("o@example.org", "Admins"));
        assertThat(response.getStatusCode()).isEqualTo(403);
        assertThat((String) response.getBody()).contains("SOLITON_UI");
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    /** A key opens the API itself, so this only keeps the dashboard's own users from mistakes. */
    @ParameterizedTest
    @MethodSource("functions")
    void dashboardThatOnlyShowsChangesNothingThroughTheApiEither(HttpFunction function) {
        settings.put("SOLITON_UI", "readonly");
        AppObjects objects = objects();
        Map<String, String> route =
                Map.of(Routes.FUNCTION_NAME, "Job", Routes.INSTANCE_ID, "x", Routes.EVENT_NAME, "go");
        FakeRequest request = new FakeRequest(ORIGIN + "/api/" + function.route(), null)
                .method(function.verb())
                .query("nonsense", "1");
        FunctionFactory functions = new FunctionFactory(() -> objects);
        assertThat(function.call(functions, request, route, invocation).getStatusCode())
                .as("without the header")
                .isEqualTo(400);
        HttpResponseMessage marked = function.call(functions, request.header("x-soliton-ui", "1"), route, invocation);
        assertThat(marked.getStatusCode()).isEqualTo(function.verb() == HttpMethod.GET ? 400 : 403);
    }

    @Test
    void everyActionOfTheDashboardIsWrittenDownWithWhoDidIt() {
        hub.begin("x", "run-1");
        hub.begin("ended", "run-2");
        hub.become("ended", RuntimeStatus.COMPLETED);
        String ann = principal("ann@example.org");
        call(
                request(HttpMethod.POST, "instances/x/terminate", ann).query("reason", "too \"late\""),
                "instances/x/terminate");
        call(HttpMethod.DELETE, "instances/ended", ann);
        call(HttpMethod.POST, "orchestrators/Job/new", ann);
        call(HttpMethod.POST, "instances/x/raiseEvent/go", ann);
        assertThat(logged.stream().filter(line -> line.startsWith("audit ")))
                .containsExactly(
                        "audit action=\"terminate\" by=\"ann@example.org\" instanceId=\"x\" reason=\"too \\\"late\\\"\"",
                        "audit action=\"purge\" by=\"ann@example.org\" instanceId=\"ended\" reason=\"\"",
                        "audit action=\"start\" by=\"ann@example.org\" instanceId=\"new\" reason=\"\"",
                        "audit action=\"raiseEvent\" by=\"ann@example.org\" instanceId=\"x\" reason=\"\"");
    }

    @Test
    void whatWasRefusedOrOnlyReadIsNotWrittenDown() {
        hub.begin("x", "run-1");
        String ann = principal("ann@example.org");
        call(HttpMethod.GET, "instances/x", ann);
        call(HttpMethod.POST, "instances/nobody/terminate", ann);
        call(HttpMethod.DELETE, "instances/x", ann);
        call(HttpMethod.POST, "orchestrators/Job/x", ann);
        terminate(principal("r@example.org", "Readers"));
        assertThat(logged.stream().filter(line -> line.startsWith("audit "))).isEmpty();
    }

    @Test
    void actionWithAKeyIsWrittenDownAsTheKeys() {
        hub.begin("x", "run-1");
        AppObjects objects = objects();
        FakeRequest request = new FakeRequest(ORIGIN + "/api/instances/x/suspend", null).header("x-soliton-ui", "1");
        new InstanceFunctions(() -> objects).suspend(request, "x", invocation);
        assertThat(logged).contains("audit action=\"suspend\" by=\"key\" instanceId=\"x\" reason=\"\"");
    }
}
