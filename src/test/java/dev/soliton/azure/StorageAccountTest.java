package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class StorageAccountTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    private static final String CONNECTION =
            "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=" + KEY + ";EndpointSuffix=core.windows.net";

    @Test
    void connectsByAConnectionString() {
        StorageAccount account = StorageAccount.of(Map.of("AzureWebJobsStorage", CONNECTION));
        assertThat(account.tables().getServiceEndpoint()).isEqualTo("https://acct.table.core.windows.net");
        assertThat(account.queues().getQueueServiceUrl()).isEqualTo("https://acct.queue.core.windows.net");
        assertThat(account.blobs().getAccountUrl()).isEqualTo("https://acct.blob.core.windows.net");
    }

    @Test
    void connectsToTheEmulator() {
        StorageAccount account = StorageAccount.of(Map.of("AzureWebJobsStorage", "UseDevelopmentStorage=true"));
        assertThat(account.tables().getServiceEndpoint()).isEqualTo("http://127.0.0.1:10002/devstoreaccount1");
        assertThat(account.queues().getQueueServiceUrl()).isEqualTo("http://127.0.0.1:10001/devstoreaccount1");
        assertThat(account.blobs().getAccountUrl()).isEqualTo("http://127.0.0.1:10000/devstoreaccount1");
    }

    static List<Map<String, String>> identities() {
        return List.of(
                Map.of(),
                Map.of("AzureWebJobsStorage__clientId", "c"),
                Map.of("AzureWebJobsStorage__credential", "managedidentity"),
                Map.of("AzureWebJobsStorage__credential", "ManagedIdentity", "AzureWebJobsStorage__clientId", "c"),
                Map.of(
                        "AzureWebJobsStorage__tenantId", "t",
                        "AzureWebJobsStorage__clientId", "c",
                        "AzureWebJobsStorage__clientSecret", "s"));
    }

    @ParameterizedTest
    @MethodSource("identities")
    void connectsByIdentity(Map<String, String> identity) {
        StorageAccount account = StorageAccount.of(with(identity, "AzureWebJobsStorage__accountName", "acct"));
        assertThat(account.tables().getServiceEndpoint()).isEqualTo("https://acct.table.core.windows.net");
        assertThat(account.queues().getQueueServiceUrl()).isEqualTo("https://acct.queue.core.windows.net");
        assertThat(account.blobs().getAccountUrl()).isEqualTo("https://acct.blob.core.windows.net");
    }

    @Test
    void addressOfAServiceWinsOverTheAccountName() {
        StorageAccount account = StorageAccount.of(Map.of(
                "AzureWebJobsStorage__accountName", "acct",
                "AzureWebJobsStorage__credential", "managedidentity",
                "AzureWebJobsStorage__tableServiceUri", "https://acct.table.core.usgovcloudapi.net",
                "AzureWebJobsStorage__queueServiceUri", "https://acct.queue.core.usgovcloudapi.net"));
        assertThat(account.tables().getServiceEndpoint()).isEqualTo("https://acct.table.core.usgovcloudapi.net");
        assertThat(account.queues().getQueueServiceUrl()).isEqualTo("https://acct.queue.core.usgovcloudapi.net");
        assertThat(account.blobs().getAccountUrl()).isEqualTo("https://acct.blob.core.windows.net");
    }

    @Test
    void connectionStringWinsOverAnIdentity() {
        StorageAccount account = StorageAccount.of(
                Map.of("AzureWebJobsStorage", CONNECTION, "AzureWebJobsStorage__accountName", "other"));
        assertThat(account.blobs().getAccountUrl()).isEqualTo("https://acct.blob.core.windows.net");
    }

    @Test
    void readsNamesAsTheHostDoes() {
        StorageAccount account = StorageAccount.of(Map.of("AZUREWEBJOBSSTORAGE:accountname", "acct"));
        assertThat(account.blobs().getAccountUrl()).isEqualTo("https://acct.blob.core.windows.net");
    }

    static List<Arguments> wrong() {
        String name = "AzureWebJobsStorage";
        return List.of(
                Arguments.of(Map.of(), name),
                Arguments.of(Map.of(name, " "), name),
                Arguments.of(Map.of(name, "hello"), name),
                Arguments.of(Map.of(name, "AccountName=acct"), name),
                Arguments.of(Map.of(name, "AccountName=acct;AccountKey=" + KEY + "!;BlobEndpoint=:"), name),
                Arguments.of(Map.of(name, "UseDevelopmentStorage=false"), name),
                Arguments.of(Map.of(name, "UseDevelopmentStorage=true;AccountKey=" + KEY), name),
                Arguments.of(Map.of("AzureWebJobsStorage__clientId", "c"), name),
                Arguments.of(Map.of("AzureWebJobsStorage__accountName", "a b"), "AzureWebJobsStorage__accountName"),
                Arguments.of(
                        Map.of("AzureWebJobsStorage__tableServiceUri", "acct"), "AzureWebJobsStorage__tableServiceUri"),
                Arguments.of(
                        Map.of("AzureWebJobsStorage__tableServiceUri", "https://acct.table.core.windows.net"),
                        "AzureWebJobsStorage__queueServiceUri"),
                Arguments.of(
                        Map.of(
                                "AzureWebJobsStorage__accountName", "acct",
                                "AzureWebJobsStorage__credential", "password"),
                        "AzureWebJobsStorage__credential"),
                Arguments.of(
                        Map.of(
                                "AzureWebJobsStorage__accountName", "acct",
                                "AzureWebJobsStorage__clientId", "c",
                                "AzureWebJobsStorage__clientSecret", KEY),
                        "AzureWebJobsStorage__tenantId"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void namesTheSettingThatIsWrongAndShowsNoSecret(Map<String, String> settings, String setting) {
        assertThatExceptionOfType(StorageSettingException.class)
                .isThrownBy(() -> StorageAccount.of(settings))
                .withMessageContaining(setting)
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(KEY));
    }

    @Test
    void refusesAnIdentityWithoutEncryption() {
        Map<String, String> settings = Map.of(
                "AzureWebJobsStorage__accountName", "acct",
                "AzureWebJobsStorage__blobServiceUri", "http://acct.blob.core.windows.net",
                "AzureWebJobsStorage__credential", "managedidentity");
        assertThatExceptionOfType(StorageSettingException.class)
                .isThrownBy(() -> StorageAccount.of(settings))
                .withMessageContaining("AzureWebJobsStorage__");
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }
}
