package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an execution waits for, as of its last commit: what its orchestrator has asked for and has not received yet. It goes
 * into a row with all else, so it names a few of each kind, and says whether there are more.
 *
 * @param events the names of the events that are waited for, in the order in which the waits began
 * @param timers when the timers are due, those of timeouts and of pauses between attempts included, the next one first
 * @param activities the activities that are asked for, by name
 * @param subOrchestrations the sub-orchestrations that are asked for, by name
 * @param unclaimedEvents how many events were processed that no wait has received yet
 * @param unclaimedCharacters how many characters their values have together, without those that are kept as blobs
 * @param more whether any of the lists was cut
 */
@PublicApi
public record WaitingFor(
        List<String> events,
        List<Instant> timers,
        List<Calls> activities,
        List<Calls> subOrchestrations,
        int unclaimedEvents,
        long unclaimedCharacters,
        boolean more) {
    /** How many of each kind are named. */
    public static final int MOST = 10;

    /** Nothing. */
    public static final WaitingFor NOTHING = new WaitingFor(List.of(), List.of(), List.of(), List.of(), 0, 0, false);

    /**
     * Calls that are not answered.
     *
     * @param name what is called
     * @param count how many of that name
     */
    public record Calls(String name, int count) {}

    public WaitingFor {
        events = List.copyOf(events);
        timers = List.copyOf(timers);
        activities = List.copyOf(activities);
        subOrchestrations = List.copyOf(subOrchestrations);
    }

    /** What is waited for, cut where it is much; calls by the name of each. */
    public static WaitingFor of(
            List<String> events,
            List<Instant> timers,
            Collection<String> activities,
            Collection<String> subOrchestrations,
            int unclaimedEvents,
            long unclaimedCharacters) {
        List<Calls> ofActivities = calls(activities);
        List<Calls> ofSubOrchestrations = calls(subOrchestrations);
        boolean more = isLong(events) || isLong(timers) || isLong(ofActivities) || isLong(ofSubOrchestrations);
        return new WaitingFor(
                cut(events),
                cut(timers),
                cut(ofActivities),
                cut(ofSubOrchestrations),
                unclaimedEvents,
                unclaimedCharacters,
                more);
    }

    private static List<Calls> calls(Collection<String> names) {
        Map<String, Integer> counts = new TreeMap<>();
        names.forEach(name -> counts.merge(name, 1, Integer::sum));
        return counts.entrySet().stream()
                .map(entry -> new Calls(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static boolean isLong(List<?> list) {
        return list.size() > MOST;
    }

    private static <T> List<T> cut(List<T> list) {
        return isLong(list) ? list.subList(0, MOST) : list;
    }
}
