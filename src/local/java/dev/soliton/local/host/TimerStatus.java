package dev.soliton.local.host;

import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Where a timer is in its schedule.
 *
 * @param last when it last ran, null before the first time
 * @param next when it is to run next
 * @param lastUpdated when this was written down
 */
record TimerStatus(@Nullable ZonedDateTime last, ZonedDateTime next, ZonedDateTime lastUpdated) {}
