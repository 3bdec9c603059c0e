package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the host ends the process for an invocation, as the app reads it where the host does. */
final class FunctionTimeoutTest {
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path app;

    private final List<String> warnings = new ArrayList<>();
    private final Logger log = Logger.getLogger(FunctionTimeout.class.getPackageName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            warnings.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.addHandler(handler);
        log.setUseParentHandlers(false);
    }

    @AfterEach
    void listenNoMore() {
        log.removeHandler(handler);
        log.setUseParentHandlers(true);
    }

    private Duration of(String hostJson) throws IOException {
        Files.writeString(app.resolve("host.json"), hostJson);
        return FunctionTimeout.of(Map.of("AzureWebJobsScriptRoot", app.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "00:10:00, PT10M",
        "00:00:30, PT30S",
        "1:2:3, PT1H2M3S",
        "2.00:00:00, PT48H",
        "2:00:00:00, PT48H",
        "00:10:00.0000000, PT10M",
        "00:10, PT10M",
        "' 00:10:00 ', PT10M",
        "1, P1D"
    })
    void timeoutIsThatOfHostJson(String text, Duration timeout) throws IOException {
        assertThat(of("{\"version\": \"2.0\", \"functionTimeout\": \"" + text + "\"}"))
                .isEqualTo(timeout);
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// the timeout\n{\"functionTimeout\": \"00:10:00\"}",
                "{/* of all */ \"functionTimeout\": \"00:10:00\", // so\n \"logging\": {}}",
                "{\"logging\": {\"console\": [1, 2,],}, \"functionTimeout\": \"00:10:00\",}",
                "{\"FunctionTimeout\": \"00:10:00\"}",
                "{\"FUNCTIONTIMEOUT\": \"00:10:00\"}",
                "{'functionTimeout': '00:10:00'}",
                "{functionTimeout: \"00:10:00\"}",
                "\ufeff{\"functionTimeout\": \"00:10:00\"}"
            })
    void timeoutIsReadAsTheHostReadsIt(String hostJson) throws IOException {
        assertThat(of(hostJson)).isEqualTo(Duration.ofMinutes(10));
        assertThat(warnings).isEmpty();
    }

    @Test
    void timeoutIsReadInUtf16Too() throws IOException {
        for (Charset charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
            Files.writeString(app.resolve("host.json"), "\ufeff{\"functionTimeout\": \"00:10:00\"}", charset);
            assertThat(FunctionTimeout.of(Map.of("AzureWebJobsScriptRoot", app.toString())))
                    .isEqualTo(Duration.ofMinutes(10));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"-1\"", "-1", "\"-1.00:00:00\""})
    void timeoutIsLongerThanAnythingWhereThereIsNone(String value) throws IOException {
        assertThat(of("{\"functionTimeout\": " + value + "}")).isGreaterThan(Duration.ofDays(1_000));
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Dynamic, PT5M", "dynamic, PT5M", "FlexConsumption, PT30M", "ElasticPremium, PT30M", "PremiumV3, PT30M"
    })
    void timeoutIsTheDefaultOfThePlanWhereItIsNotThere(String plan, Duration byDefault) throws IOException {
        Files.writeString(app.resolve("host.json"), "{\"version\": \"2.0\", \"functionTimeout\": null}");
        assertThat(FunctionTimeout.of(Map.of("AzureWebJobsScriptRoot", app.toString(), "WEBSITE_SKU", plan)))
                .isEqualTo(byDefault);
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"functionTimeout\": \"soon\"}",
                "{\"functionTimeout\": \"00:00:00\"}",
                "{\"functionTimeout\": \"24:00:00\"}",
                "{\"functionTimeout\": \"-00:10:00\"}"
            })
    void timeoutIsTheDefaultWithAWarningWhereItCannotBeRead(String hostJson) throws IOException {
        assertThat(of(hostJson)).isEqualTo(HALF_AN_HOUR);
        assertThat(warnings).singleElement().asString().contains("functionTimeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", ""})
    void timeoutIsTheDefaultWhereHostJsonSaysNothing(String hostJson) throws IOException {
        assertThat(of(hostJson)).isEqualTo(HALF_AN_HOUR);
    }

    @Test
    void timeoutIsTheDefaultWhereThereIsNoFile() {
        assertThat(FunctionTimeout.of(
                        Map.of("AzureWebJobsScriptRoot", app.resolve("nowhere").toString())))
                .isEqualTo(HALF_AN_HOUR);
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AzureFunctionsJobHost__functionTimeout",
                "AZUREFUNCTIONSJOBHOST__FUNCTIONTIMEOUT",
                "AzureFunctionsJobHost:functionTimeout"
            })
    void timeoutOfTheEnvironmentComesBeforeThatOfHostJson(String name) throws IOException {
        Files.writeString(app.resolve("host.json"), "{\"functionTimeout\": \"00:10:00\"}");
        assertThat(FunctionTimeout.of(Map.of("AzureWebJobsScriptRoot", app.toString(), name, "00:20:00")))
                .isEqualTo(Duration.ofMinutes(20));
    }
}
