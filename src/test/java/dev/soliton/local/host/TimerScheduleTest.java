package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimerScheduleTest {

    private static final ZonedDateTime THURSDAY = ZonedDateTime.parse("2026-01-01T10:07:30Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/20 * * * * * | 2026-01-01T10:07:40Z",
                "0 */5 * * * * | 2026-01-01T10:10:00Z",
                "*/5 * * * * | 2026-01-01T10:10:00Z",
                "0 0 9-17 * * MON-FRI | 2026-01-01T11:00:00Z",
                "0 30 9 * * 0 | 2026-01-04T09:30:00Z",
                "0 0 0 1 MAR * | 2026-03-01T00:00:00Z",
                "0 0 0 13 * FRI | 2026-02-13T00:00:00Z", // both days must fit, not either
                "0 0,30 * * * * | 2026-01-01T10:30:00Z",
                "00:05:00 | 2026-01-01T10:12:30Z",
                "1.00:00:00 | 2026-01-02T10:07:30Z",
            })
    void tellsTheNextTime(String schedule, ZonedDateTime expected) {
        assertThat(TimerSchedule.parse(schedule).next(THURSDAY)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"*/20 * * * * *,true", "0 * * * * *,false", "00:00:59,true", "00:01:00,false"})
    void moreOftenThanEachMinuteIsFrequent(String schedule, boolean frequent) {
        assertThat(TimerSchedule.parse(schedule).isFrequent(THURSDAY)).isEqualTo(frequent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hourly", "0 0 0 L * *", "61 * * * * *", "* * *", "00:00:00"})
    void anythingElseIsAnError(String schedule) {
        assertThatThrownBy(() -> TimerSchedule.parse(schedule))
                .isInstanceOf(FunctionInError.class)
                .hasMessageContaining("'" + schedule + "'");
    }
}
