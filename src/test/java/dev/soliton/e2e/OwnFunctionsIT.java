package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.client.WaitOutcome;
import dev.soliton.e2e.app.InjectedShop;
import dev.soliton.e2e.app.Lives;
import dev.soliton.e2e.app.OwnInjector;
import dev.soliton.e2e.app.OwnShop;
import dev.soliton.e2e.app.Steps;
import dev.soliton.remote.OrchestrationClientBuilder;
import dev.soliton.store.RuntimeStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An app with functions of its own, with Soliton's injector and with one of its own; and a client outside of the app. */
@Tag("integration")
final class OwnFunctionsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @SuppressWarnings("NullAway.Init")
    private static Hub plain;

    @SuppressWarnings("NullAway.Init")
    private static Hub injected;

    @SuppressWarnings("NullAway.Init")
    private static Caller plainApp;

    @SuppressWarnings("NullAway.Init")
    private static Caller injectedApp;

    @BeforeAll
    static void start() {
        plain = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class));
        plain.app().function(OwnShop.class, "shop/{id}/{what}");
        plainApp = plain.host();
        injected = new Hub(Hub.LASTING_LEASE, List.of(Steps.class, Lives.class));
        injected.app().function(InjectedShop.class, "shop/{id}/{what}").injector(OwnInjector.class);
        injectedApp = injected.host();
    }

    @AfterAll
    static void stop() {
        plain.close();
        injected.close();
    }

    private static Caller app(boolean hasInjector) {
        return hasInjector ? injectedApp : plainApp;
    }

    private static HttpResponse<String> call(Caller app, String id, String what)
            throws IOException, InterruptedException {
        URI uri = URI.create(app.base() + "/api/shop/" + id + "/" + what);
        return HTTP.send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ownFunctionStartsAnInstanceAndAnswersForIt(boolean hasInjector) throws Exception {
        Caller app = app(hasInjector);
        assertThat(call(app, "s", "status").statusCode()).isEqualTo(404);
        HttpResponse<String> started = call(app, "s", "start");
        assertThat(started.statusCode()).isEqualTo(202);
        JsonNode body = JSON.readTree(started.body());
        assertThat(body.path("statusQueryGetUri").asText()).isEqualTo(app.base() + "/api/instances/s");
        assertThat(body.path("outcome").asText()).isEqualTo("started");
        assertThat(call(app, "s", "start").statusCode()).isEqualTo(409);
        HttpResponse<String> waited = call(app, "s", "wait");
        assertThat(waited.statusCode()).isEqualTo(200);
        assertThat(waited.body()).isEqualTo("[\"s\"]");
        assertThat(JSON.readTree(call(app, "s", "check").body()).path("id").asText())
                .isEqualTo("s");
        assertThat(JSON.readTree(call(app, "s", "status").body())
                        .path("runtimeStatus")
                        .asText())
                .isEqualTo("Completed");
    }

    @Test
    void ownFunctionRaisesAnEvent() throws Exception {
        assertThat(call(plainApp, "c", "collect").statusCode()).isEqualTo(202);
        assertThat(call(plainApp, "c", "event").statusCode()).isEqualTo(202);
        assertThat(call(plainApp, "c", "wait").body()).isEqualTo("[\"apple\"]");
        assertThat(call(plainApp, "c", "event").statusCode()).isEqualTo(410);
    }

    private static OrchestrationClient outside() {
        return new OrchestrationClientBuilder(plain.name())
                .connectionString(Hub.azurite().connectionString())
                .buildClient();
    }

    @Test
    void clientOutsideOfTheAppStartsAndFollowsAnInstance() throws Exception {
        OrchestrationClient client = outside();
        assertThat(client.start(new StartRequest("Collect", "outside", "1"))).isInstanceOf(StartOutcome.Started.class);
        assertThat(client.start(new StartRequest("Collect", "outside", "1"))).isInstanceOf(StartOutcome.Rejected.class);
        assertThat(client.raiseEvent("outside", "item", "\"pear\"", null)).isInstanceOf(SignalOutcome.Accepted.class);
        assertThat(client.waitFor("outside", Hub.LIMIT))
                .isInstanceOfSatisfying(
                        WaitOutcome.Ended.class,
                        ended -> assertThat(ended.instance().output()).isEqualTo("[\"pear\"]"));
        assertThat(client.purge("outside")).isInstanceOf(PurgeOutcome.Purged.class);
    }

    /** The client cannot know the names; a version of the app that does may be on its way. */
    @Test
    void startOfANameThatTheAppDoesNotHaveWaitsAndSaysSo() throws Exception {
        OrchestrationClient client = outside();
        assertThat(client.start(new StartRequest("Misspelt", "nobody", null))).isInstanceOf(StartOutcome.Started.class);
        Hub.await("the reason", () -> client.status("nobody", false)
                .map(Instance::reason)
                .filter("No orchestrator 'Misspelt' is registered in this version of the app."::equals)
                .isPresent());
        client.terminate("nobody", "misspelt");
        assertThat(client.waitFor("nobody", Hub.LIMIT))
                .isInstanceOfSatisfying(
                        WaitOutcome.Ended.class,
                        ended -> assertThat(ended.instance().status()).isEqualTo(RuntimeStatus.TERMINATED));
    }
}
