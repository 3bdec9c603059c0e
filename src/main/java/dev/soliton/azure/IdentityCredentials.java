package dev.soliton.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;

/**
 * Makes the credential of a connection by identity, as the Functions host chooses it. The only class that refers to
 * azure-identity: an app with a connection string never loads that.
 */
final class IdentityCredentials {
    private IdentityCredentials() {}

    static TokenCredential of(StorageSettings settings, HttpClient http) {
        String kind = settings.identity("credential");
        String clientId = settings.identity("clientId");
        if (kind != null) {
            if (!kind.equalsIgnoreCase("managedidentity")) {
                throw new StorageSettingException(
                        "The setting " + StorageSettings.CONNECTION + "__credential is '" + kind
                                + "'; it can be 'managedidentity', or missing.",
                        null);
            }
            ManagedIdentityCredentialBuilder identity = new ManagedIdentityCredentialBuilder().httpClient(http);
            return clientId == null
                    ? identity.build()
                    : identity.clientId(clientId).build();
        }
        String tenantId = settings.identity("tenantId");
        String clientSecret = settings.identity("clientSecret");
        if (tenantId == null && clientSecret == null) {
            DefaultAzureCredentialBuilder chain = new DefaultAzureCredentialBuilder().httpClient(http);
            return clientId == null
                    ? chain.build()
                    : chain.managedIdentityClientId(clientId).build();
        }
        if (tenantId == null || clientId == null || clientSecret == null) {
            throw new StorageSettingException(
                    "The settings " + StorageSettings.CONNECTION
                            + "__tenantId, __clientId and __clientSecret go together; some of them are missing.",
                    null);
        }
        return new ClientSecretCredentialBuilder()
                .tenantId(tenantId)
                .clientId(clientId)
                .clientSecret(clientSecret)
                .httpClient(http)
                .build();
    }
}
