package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutePrefixTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path app;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                     | api",
                "{'extensions': {}}                                     | api",
                "{'extensions': {'http': {'routePrefix': null}}}        | api",
                "{'extensions': {'http': 7}}                            | api",
                "{'extensions': {'http': {'routePrefix': ''}}}          | ''",
                "{'extensions': {'http': {'routePrefix': '/v1/shop/'}}} | v1/shop",
                "{'Extensions': {'HTTP': {'RoutePrefix': 'v1'}}}        | v1"
            },
            quoteCharacter = '`')
    void prefixOfTheHostJsonIsRead(String hostJson, String prefix) throws IOException {
        Files.writeString(app.resolve("host.json"), hostJson);
        assertThat(RoutePrefix.of(Map.of("AzureWebJobsScriptRoot", app.toString())))
                .isEqualTo(prefix.replace("''", ""));
    }

    @Test
    void environmentWinsOverTheHostJson() throws IOException {
        Files.writeString(app.resolve("host.json"), "{\"extensions\": {\"http\": {\"routePrefix\": \"v1\"}}}");
        assertThat(RoutePrefix.of(Map.of(
                        "AzureWebJobsScriptRoot",
                        app.toString(),
                        "AzureFunctionsJobHost__extensions__http__routePrefix",
                        "v2")))
                .isEqualTo("v2");
    }

    @Test
    void appWithoutAHostJsonHasTheDefault() {
        assertThat(RoutePrefix.of(Map.of("AzureWebJobsScriptRoot", app.toString())))
                .isEqualTo("api");
    }
}
