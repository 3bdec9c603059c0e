package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Gets tokens with the libraries that the app ships, from a directory that is not there. */
final class IdentityCredentialsTest {
    private static final TokenRequestContext STORAGE =
            new TokenRequestContext().addScopes("https://storage.azure.com/.default");

    private final Directory directory = new Directory();

    @Test
    void getsATokenByAClientSecret() {
        TokenCredential credential = credential(Map.of(
                "AzureWebJobsStorage__tenantId", "tenant",
                "AzureWebJobsStorage__clientId", "client",
                "AzureWebJobsStorage__clientSecret", "secret"));
        assertThat(token(credential)).isEqualTo("the-token");
        assertThat(directory.requests).last().asString().contains("login.microsoftonline.com/tenant/oauth2/v2.0/token");
    }

    @Test
    void getsATokenByAManagedIdentity() {
        TokenCredential credential = credential(Map.of("AzureWebJobsStorage__credential", "managedidentity"));
        assertThat(token(credential)).isEqualTo("the-token");
        assertThat(directory.requests)
                .last()
                .asString()
                .contains("169.254.169.254")
                .contains("storage.azure.com");
    }

    @Test
    void getsATokenByTheManagedIdentityThatIsNamed() {
        TokenCredential credential = credential(
                Map.of("IDENTITY_ENDPOINT", "http://localhost/msi", "AzureWebJobsStorage__clientId", "my-client"));
        assertThat(token(credential)).isEqualTo("the-token");
        assertThat(directory.requests).last().asString().contains("client_id=my-client");
    }

    private TokenCredential credential(Map<String, String> settings) {
        return IdentityCredentials.of(new StorageSettings(settings), directory);
    }

    private static String token(TokenCredential credential) {
        return credential.getTokenSync(STORAGE).getToken();
    }

    /** Answers what is asked of it on the way to a token. */
    private static final class Directory implements HttpClient {
        private static final String TOKEN =
                """
                {"token_type":"Bearer","expires_in":"3600","expires_on":"4102444800","access_token":"the-token",
                "resource":"https://storage.azure.com"}
                """;
        private static final String DISCOVERY =
                """
                {"tenant_discovery_endpoint":"https://login.microsoftonline.com/tenant/.well-known/openid-configuration",
                "metadata":[{"preferred_network":"login.microsoftonline.com","preferred_cache":"login.windows.net",
                "aliases":["login.microsoftonline.com","login.windows.net"]}]}
                """;

        private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Mono<HttpResponse> send(HttpRequest request) {
            return Mono.just(answer(request));
        }

        @Override
        public HttpResponse sendSync(HttpRequest request, Context context) {
            return answer(request);
        }

        private HttpResponse answer(HttpRequest request) {
            String url = request.getUrl().toString();
            requests.add(url);
            String body = url.contains("/discovery/") ? DISCOVERY : TOKEN;
            return CannedResponse.of(request, 200, Map.of("Content-Type", "application/json"), body);
        }
    }
}
