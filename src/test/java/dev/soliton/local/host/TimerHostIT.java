package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import dev.soliton.local.Azurite;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timers with their state and their lock in storage. */
@Tag("full")
final class TimerHostIT {

    private static Azurite azurite;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startAzurite() {
        azurite = Azurite.start(Azurite.Options.inMemory());
    }

    @AfterAll
    static void stopAzurite() {
        azurite.close();
    }

    @Test
    void point15aWithoutAStoredStatusNothingIsPastDue() throws Exception {
        StagedSample sample = StagedSample.in(folder.resolve("staged")).timer("Yearly", "%SCHEDULE%");
        try (RunningHost host = start(sample, Map.of("AzureFunctionsWebHost__hostid", "fresh", "SCHEDULE", yearly()))) {
            BlobClient status = blobs().getBlobClient("timers/fresh/Host.Functions.Yearly/status");
            Eventually.isTrue(status::exists);

            assertThat(status.downloadContent().toString())
                    .contains("\"Last\":\"0001-01-01T00:00:00")
                    .contains("\"Next\":\"");
            assertThat(host.send("POST", "/admin/functions/yearly", BodyPublishers.ofString("{\"input\":\"\"}"))
                            .statusCode())
                    .isEqualTo(202);
            host.awaitLine("TIMER {\"Schedule\":{\"AdjustForDST\":true},", "\"IsPastDue\":false");
            assertThat(host.lines()).noneMatch(line -> line.contains("Timer fired at"));
        }
    }

    @Test
    void point15bAStoredStatusWhoseTimeHasPassedIsRunAtOnceAsPastDue() throws Exception {
        StagedSample sample = StagedSample.in(folder.resolve("staged")).timer("Yearly", yearly());
        ZonedDateTime last = TimerSchedule.parse(yearly())
                .next(ZonedDateTime.now(ZoneOffset.UTC).minusYears(2));
        ZonedDateTime missed = TimerSchedule.parse(yearly()).next(last);
        blobs().createIfNotExists();
        blobs().getBlobClient("timers/late/Host.Functions.Yearly/status")
                .upload(BinaryData.fromString(
                        TimerPayload.json(new TimerStatus(last, missed, last)).toString()));
        Map<String, String> settings = Map.of("AzureFunctionsWebHost__hostid", "late", "WEBSITE_TIME_ZONE", "UTC");
        try (RunningHost host = start(sample, settings)) {
            host.awaitLine("Trigger Details: UnscheduledInvocationReason: IsPastDue");
            host.awaitLine("TIMER {", "\"Next\":\"" + TimerPayload.text(missed), "\"IsPastDue\":true");
        }
        try (RunningHost host = start(sample, settings)) {
            assertThat(host.send("POST", "/admin/functions/Yearly", BodyPublishers.ofString("{}"))
                            .statusCode())
                    .isEqualTo(202);
            host.awaitLine("TIMER {", "\"IsPastDue\":false");
            assertThat(host.lines()).noneMatch(line -> line.contains("\"IsPastDue\":true"));
        }
    }

    @Test
    void hostsOfOneStagedFolderRunATimerOnceAndInheritItAfterACrash() throws Exception {
        StagedSample sample = StagedSample.in(folder.resolve("staged"))
                .file(
                        "host.json",
                        """
                        {"version": "2.0", "singleton": {
                          "listenerLockPeriod": "00:00:15",
                          "listenerLockRecoveryPollingInterval": "00:00:02"}}""")
                .timer("Frequent", "* * * * * *");
        try (RunningHost first = start(sample, Map.of())) {
            first.awaitLine("TIMER {", "\"ScheduleStatus\":null");
            try (RunningHost second = start(sample, Map.of())) {
                int before = timers(first).size();
                first.awaitLines(before + 3, line -> line.startsWith("TIMER"));
                assertThat(timers(second)).isEmpty();

                first.process().kill();

                second.awaitLine("TIMER {");
            }
        }
    }

    private static List<String> timers(RunningHost host) {
        return host.lines().stream().filter(line -> line.startsWith("TIMER")).toList();
    }

    /** Six months away, whenever that is: no test runs into it. */
    private static String yearly() {
        LocalDate day = LocalDate.now(ZoneOffset.UTC).plusMonths(6);
        return "0 0 0 1 " + day.getMonthValue() + " *";
    }

    private static BlobContainerClient blobs() {
        return StorageClients.hostBlobs(azurite.connectionString());
    }

    private static RunningHost start(StagedSample sample, Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("AzureWebJobsStorage", azurite.connectionString());
        return RunningHost.start(HostProcess.Options.of(sample.root()).environment(environment));
    }
}
