package dev.soliton.local.host;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The JSON text that a timer function gets. */
final class TimerPayload {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** .NET's DateTime.MinValue, which stands for never. */
    private static final String NEVER = "0001-01-01T00:00:00+00:00";

    private TimerPayload() {}

    /** What a run outside the schedule gets. */
    static String manual() {
        return of(true, null, false);
    }

    static String of(boolean adjustForDst, @Nullable TimerStatus status, boolean isPastDue) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("Schedule").put("AdjustForDST", adjustForDst);
        root.set("ScheduleStatus", status == null ? JSON.nullNode() : json(status));
        return root.put("IsPastDue", isPastDue).toString();
    }

    static ObjectNode json(TimerStatus status) {
        return JSON.createObjectNode()
                .put("Last", status.last() == null ? NEVER : text(status.last()))
                .put("Next", text(status.next()))
                .put("LastUpdated", text(status.lastUpdated()));
    }

    static boolean isNever(String text) {
        return text.startsWith("0001-01-01T");
    }

    static String text(ZonedDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time).replace("Z", "+00:00");
    }
}
