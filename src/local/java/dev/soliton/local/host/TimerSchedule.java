package dev.soliton.local.host;

import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Optional;

/** When a timer runs: at the times of an NCRONTAB expression, or at a constant interval. */
sealed interface TimerSchedule {

    /** The first time after the given one. */
    ZonedDateTime next(ZonedDateTime after);

    /** What the function is told of the schedule. */
    boolean adjustsForDst();

    /** Reads six fields, five, which lack the seconds, or a TimeSpan. */
    static TimerSchedule parse(String text) {
        int fields = text.strip().split("\\s+", -1).length;
        Optional<TimerSchedule> schedule = fields == 1
                ? TimeSpans.parse(text).filter(interval -> !interval.isZero()).map(Constant::new)
                : Optional.empty();
        if (fields == 5 || fields == 6) {
            try {
                CronParser parser = new CronParser(Cron.definition(fields == 6));
                schedule = Optional.of(new Cron(ExecutionTime.forCron(parser.parse(text))));
            } catch (IllegalArgumentException e) {
                throw new FunctionInError("The schedule expression '" + text + "' was not recognized as a valid cron"
                        + " expression or timespan string: " + e.getMessage());
            }
        }
        return schedule.orElseThrow(() -> new FunctionInError("The schedule expression '" + text
                + "' was not recognized as a valid cron expression or timespan string."));
    }

    /** Whether it runs more often than each minute, in which case no status is kept. */
    default boolean isFrequent(ZonedDateTime from) {
        ZonedDateTime time = next(from);
        for (int i = 0; i < 5; i++) {
            ZonedDateTime following = next(time);
            if (Duration.between(time, following).compareTo(Duration.ofMinutes(1)) < 0) {
                return true;
            }
            time = following;
        }
        return false;
    }

    /** An interval from one run's start to the next. */
    record Constant(Duration interval) implements TimerSchedule {
        @Override
        public ZonedDateTime next(ZonedDateTime after) {
            return after.plus(interval);
        }

        @Override
        public boolean adjustsForDst() {
            return false;
        }
    }

    /** The times of an expression. */
    record Cron(ExecutionTime times) implements TimerSchedule {

        static CronDefinition definition(boolean withSeconds) {
            CronDefinitionBuilder builder = CronDefinitionBuilder.defineCron();
            if (withSeconds) {
                builder = builder.withSeconds().and();
            }
            return builder.withMinutes()
                    .and()
                    .withHours()
                    .and()
                    .withDayOfMonth()
                    .and()
                    .withMonth()
                    .and()
                    .withDayOfWeek()
                    .withValidRange(0, 6)
                    .withMondayDoWValue(1)
                    .and()
                    .matchDayOfWeekAndDayOfMonth()
                    .instance();
        }

        @Override
        public ZonedDateTime next(ZonedDateTime after) {
            return times.nextExecution(after)
                    .orElseThrow(() -> new IllegalStateException("The schedule has no time after " + after + "."));
        }

        @Override
        public boolean adjustsForDst() {
            return true;
        }
    }
}
