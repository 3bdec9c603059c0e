package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the host ends the process for an invocation, as the app reads it where the host does. */
final class FunctionTimeoutTest {
    private static final Duration OF_CONSUMPTION = Duration.ofMinutes(5);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path app;

    private Duration of(String hostJson) throws IOException {
        Files.writeString(app.resolve("host.json"), hostJson);
        return FunctionTimeout.of(Map.of("AzureWebJobsScriptRoot", app.toString()));
    }

    @ParameterizedTest
    @CsvSource({"00:10:00, PT10M", "00:00:30, PT30S", "1:2:3, PT1H2M3S", "2.00:00:00, PT48H"})
    void isThatOfHostJson(String text, Duration timeout) throws IOException {
        assertThat(of("{\"version\": \"2.0\", \"functionTimeout\": \"" + text + "\"}"))
                .isEqualTo(timeout);
    }

    @Test
    void isLongerThanAnythingWhereThereIsNone() throws IOException {
        assertThat(of("{\"functionTimeout\": \"-1\"}")).isGreaterThan(Duration.ofDays(1_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "{",
                "{\"functionTimeout\": 10}",
                "{\"functionTimeout\": \"soon\"}",
                "{\"functionTimeout\": \"00:00:00\"}"
            })
    void isTheShortestOfAllPlansWhereItCannotBeRead(String hostJson) throws IOException {
        assertThat(of(hostJson)).isEqualTo(OF_CONSUMPTION);
    }

    @Test
    void isTheShortestOfAllPlansWhereThereIsNoFile() {
        assertThat(FunctionTimeout.of(
                        Map.of("AzureWebJobsScriptRoot", app.resolve("nowhere").toString())))
                .isEqualTo(OF_CONSUMPTION);
    }

    @Test
    void isThatOfTheEnvironmentBeforeThatOfHostJson() throws IOException {
        Files.writeString(app.resolve("host.json"), "{\"functionTimeout\": \"00:10:00\"}");
        assertThat(FunctionTimeout.of(Map.of(
                        "AzureWebJobsScriptRoot",
                        app.toString(),
                        "AzureFunctionsJobHost__functionTimeout",
                        "00:30:00")))
                .isEqualTo(Duration.ofMinutes(30));
    }
}
