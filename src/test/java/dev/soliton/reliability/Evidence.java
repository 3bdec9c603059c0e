package dev.soliton.reliability;

import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Duties.Report;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a run when it is over.
 *
 * @param lines what the processes noted, and what was done to them, in order
 * @param starts what callers were told of their starts
 * @param events what was sent to ledgers
 * @param deeds what else was done to instances
 * @param outcomes the last status of each instance that there is, sub-orchestrations included, by ID
 */
record Evidence(List<Line> lines, List<Start> starts, List<Sent> events, Deeds deeds, Map<String, Outcome> outcomes) {

    /** Of a run in which nobody did anything to instances but start them and send to them. */
    Evidence(List<Line> lines, List<Start> starts, List<Sent> events, Map<String, Outcome> outcomes) {
        this(lines, starts, events, Deeds.NONE, outcomes);
    }

    /** What a caller was told in the end. */
    enum Answer {
        /** 202, as the one who started it. */
        STARTED,
        /** 202, as one who found it started. */
        ATTACHED,
        /** 409. */
        REFUSED
    }

    /**
     * One caller's start of an ID.
     *
     * @param name goes with the start as its input, so that the instance says whose it is
     * @param execution the one that was started, or that holds the ID
     * @param unsure whether a try of it was not answered, so that it may have won and been told that it lost
     */
    record Start(String instance, String name, Answer answer, String execution, boolean unsure) {}

    /**
     * An event.
     *
     * @param number counts what one sender sends to one ledger
     * @param sure whether it was answered 202; else it may have come in or not
     */
    record Sent(String ledger, String from, int number, boolean sure) {}

    /**
     * How an instance stands.
     *
     * @param report what it put out; null if it did not
     * @param text the status as it was answered
     */
    record Outcome(String status, String execution, @Nullable Report report, String text) {
        boolean isCompleted() {
            return status.equals("Completed");
        }
    }
}
