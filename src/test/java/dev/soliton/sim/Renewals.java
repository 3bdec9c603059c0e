package dev.soliton.sim;

import dev.soliton.engine.runtime.EngineLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When each worker last renewed its lease, and whether its process got the time to renew it again. A lease has room for
 * answers that are slow, and for one jump of time over a renewal that is due. Where time jumps further than that, it runs
 * out, though nothing went wrong and its worker did all that it could.
 */
final class Renewals {
    /** For how long a worker trusts in its lease. */
    private static final long TRUST =
            EngineLimits.DEFAULT_LEASE.multipliedBy(5).dividedBy(6).toNanos();

    private final Map<String, Renewal> last = new HashMap<>();

    /**
     * A renewal that was answered.
     *
     * @param sent when it was sent
     */
    private record Renewal(Waits waits, long sent) {}

    /** The times in which a process could have renewed a lease, or have gone on with that, and got no time to do so. */
    static final class Waits {
        private final List<Span> spans = new ArrayList<>();

        private record Span(long from, long until) {}

        /** Time has jumped over it. Jumps come one after another. */
        void add(long from, long until) {
            if (spans.isEmpty() || spans.get(spans.size() - 1).until() <= from) {
                spans.add(new Span(from, until));
            }
        }

        /** How much of a time was such. */
        long within(long from, long until) {
            return spans.stream()
                    .mapToLong(span -> Math.min(span.until(), until) - Math.max(span.from(), from))
                    .filter(overlap -> overlap > 0)
                    .sum();
        }
    }

    /**
     * A worker has its lease, by what was sent then. An answer that comes when the worker does not trust in the renewal
     * before any more comes too late: it has ended.
     */
    void good(String worker, Waits waits, long sent, long answered) {
        Renewal before = last.get(worker);
        if (before == null || answered - before.sent() <= TRUST) {
            last.put(worker, new Renewal(waits, sent));
        }
    }

    /** Whether time has jumped so far over the renewals of a worker that its lease could run out by that. */
    boolean werePassedOver(String worker) {
        Renewal renewal = last.get(worker);
        return renewal != null
                && renewal.waits().within(renewal.sent(), renewal.sent() + TRUST) > Scheduler.LONGEST_JUMP;
    }
}
