package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostJsonTest {

    @TempDir
    private Path folder;

    @Test
    void point13DefaultsAre16AndEightForEachProcessor() throws Exception {
        assertThat(read("").queues())
                .isEqualTo(new HostJson.Queues(
                        16,
                        8 * Runtime.getRuntime().availableProcessors(),
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        5,
                        true));
    }

    @Test
    void otherDefaultsAreTheRealOnes() throws Exception {
        HostJson json = read("");

        assertThat(json.routePrefix()).isEqualTo("api");
        assertThat(json.functionTimeout()).hasValue(Duration.ofMinutes(30));
        assertThat(json.singleton()).isEqualTo(new HostJson.Singleton(Duration.ofMinutes(1), Duration.ofMinutes(1)));
        assertThat(json.hasExtensionBundle()).isFalse();
        assertThat(json.allows("Any")).isTrue();
        assertThat(json.logLevel("Function.X")).isEqualTo(Console.Level.INFORMATION);
    }

    @Test
    void theEnvironmentWinsOverTheFileInAnyCase() throws Exception {
        String text = ", \"extensions\": {\"Queues\": {\"batchSize\": 4, \"maxPollingInterval\": \"00:00:05\"}}";

        HostJson json = read(text, Map.of("AzureFunctionsJobHost__extensions__queues__BATCHSIZE", "3"));

        assertThat(json.queues().batchSize()).isEqualTo(3);
        assertThat(json.queues().maxPollingInterval()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void httpHasNoLimitsAndNoHeadersByDefault() throws Exception {
        assertThat(read("").http()).isEqualTo(new HostJson.Http(-1, -1, Map.of()));
    }

    @Test
    void httpLimitsAndHeadersAreRead() throws Exception {
        HostJson json =
                read(", \"extensions\": {\"http\": {\"maxConcurrentRequests\": 2, \"MaxOutstandingRequests\": 5,"
                        + " \"customHeaders\": {\"X-One\": \"a, b\", \"X-Two\": \"c\"}}}");

        assertThat(json.http()).isEqualTo(new HostJson.Http(2, 5, Map.of("X-One", "a, b", "X-Two", "c")));
        assertThatThrownBy(() -> read(", \"extensions\": {\"http\": {\"maxConcurrentRequests\": \"many\"}}")
                        .http())
                .hasMessageContaining("extensions:http:maxConcurrentRequests must be a number");
        assertThatThrownBy(() -> read(", \"extensions\": {\"http\": {\"customHeaders\": {\"a b\": \"c\"}}}")
                        .http())
                .hasMessageContaining("customHeaders");
    }

    @Test
    void commentsTrailingCommasAndAByteOrderMarkAreLetPass() throws Exception {
        Files.writeString(
                folder.resolve("host.json"),
                "\ufeff{ // the schema\n\"version\": \"2.0\", /* or -1 */ \"functionTimeout\": \"00:07:00\",}");

        assertThat(HostJson.read(folder, new AppSettings(Map.of())).functionTimeout())
                .hasValue(Duration.ofMinutes(7));
    }

    @Test
    void aLogLevelIsThatOfTheLongestPrefix() throws Exception {
        HostJson json = read(", \"logging\": {\"logLevel\": {\"default\": \"Warning\", \"Function\": \"Error\","
                + " \"Function.X.User\": \"Debug\"}}");

        assertThat(json.logLevel("Host.Startup")).isEqualTo(Console.Level.WARNING);
        assertThat(json.logLevel("Function.X")).isEqualTo(Console.Level.ERROR);
        assertThat(json.logLevel("Function.X.User")).isEqualTo(Console.Level.DEBUG);
    }

    @Test
    void badValuesAreNamed() throws Exception {
        assertThatThrownBy(() -> read(", \"extensions\": {\"queues\": {\"batchSize\": 33}}")
                        .queues())
                .hasMessageContaining("batchSize must be a number of at least 1 and at most 32, not '33'");
        assertThatThrownBy(() -> read(", \"singleton\": {\"listenerLockPeriod\": \"00:00:14\"}")
                        .singleton())
                .hasMessageContaining("listenerLockPeriod");
        assertThatThrownBy(() -> read(", \"functionTimeout\": \"soon\"").functionTimeout())
                .hasMessageContaining("'soon'");
        assertThatThrownBy(() -> read(", \"concurrency\": {\"dynamicConcurrencyEnabled\": true}"))
                .hasMessageContaining("dynamic concurrency");
        assertThatThrownBy(() -> read(", \"retry\": {\"strategy\": \"fixedDelay\"}"))
                .hasMessageContaining("retry policies");
    }

    @Test
    void theAppsSweepsAreSilentUnlessTheyFindSomethingOrFail() throws Exception {
        HostJson app = HostJson.read(Path.of(""), new AppSettings(Map.of()));

        assertThat(app.logLevel("Function.Sweeper")).isEqualTo(Console.Level.WARNING);
        assertThat(app.logLevel("Function.Sweeper.User")).isEqualTo(Console.Level.INFORMATION);
        assertThat(app.logLevel("Function.Orchestrator")).isEqualTo(Console.Level.INFORMATION);
    }

    private HostJson read(String more) throws IOException {
        return read(more, Map.of());
    }

    private HostJson read(String more, Map<String, String> environment) throws IOException {
        Files.writeString(folder.resolve("host.json"), "{\"version\": \"2.0\"" + more + "}");
        return HostJson.read(folder, new AppSettings(environment));
    }
}
