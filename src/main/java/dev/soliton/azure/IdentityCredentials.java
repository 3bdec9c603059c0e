package dev.soliton.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.identity.AzureCliCredentialBuilder;
import com.azure.identity.AzureDeveloperCliCredentialBuilder;
import com.azure.identity.ChainedTokenCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.EnvironmentCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Makes the credential of a connection by identity. Only this class refers to azure-identity, so an app with a
 * connection string never loads that library.
 *
 * <p>The settings mean the same as for the Functions host. Where they name no credential, the host tries several by
 * {@code DefaultAzureCredential}. This class uses the managed identity in Azure, and elsewhere the environment's
 * {@code AZURE_…} variables and the login of the Azure CLIs. Most of the others search for tokens in desktop programs,
 * with native libraries that the app does not ship.
 */
final class IdentityCredentials {
    private static final String SECTION = StorageSettings.CONNECTION + "__";

    private IdentityCredentials() {}

    static TokenCredential of(StorageSettings settings, HttpClient http) {
        String kind = settings.identity("credential");
        String clientId = settings.identity("clientId");
        String tenantId = settings.identity("tenantId");
        String clientSecret = settings.identity("clientSecret");
        if (kind != null) {
            if (!kind.equalsIgnoreCase("managedidentity")) {
                throw new StorageSettingException(
                        "The setting " + SECTION + "credential is '" + kind
                                + "'; it can be 'managedidentity', or missing.",
                        null);
            }
            return managedIdentity(clientId, http);
        }
        if (tenantId == null && clientSecret == null) {
            return settings.isInAzure() ? managedIdentity(clientId, http) : developer(http);
        }
        if (tenantId == null || clientId == null || clientSecret == null) {
            throw new StorageSettingException(
                    "The settings " + SECTION + "tenantId, " + SECTION + "clientId and " + SECTION
                            + "clientSecret go together; some of them are missing.",
                    null);
        }
        return new ClientSecretCredentialBuilder()
                .tenantId(tenantId)
                .clientId(clientId)
                .clientSecret(clientSecret)
                .httpClient(http)
                .build();
    }

    private static TokenCredential managedIdentity(@Nullable String clientId, HttpClient http) {
        ManagedIdentityCredentialBuilder identity = new ManagedIdentityCredentialBuilder().httpClient(http);
        return clientId == null ? identity.build() : identity.clientId(clientId).build();
    }

    private static TokenCredential developer(HttpClient http) {
        return new ChainedTokenCredentialBuilder()
                .addLast(new EnvironmentCredentialBuilder().httpClient(http).build())
                .addLast(new AzureCliCredentialBuilder().build())
                .addLast(new AzureDeveloperCliCredentialBuilder().build())
                .build();
    }
}
