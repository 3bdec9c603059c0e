package dev.soliton.engine.runtime;

import dev.soliton.engine.journal.WriteLimits;
import dev.soliton.store.WorkerStore;
import java.time.Duration;

/**
 * The limits of the engine.
 *
 * @param maxEvents how long the journal of one generation may get, in events, before the execution ends as failed
 * @param lease how long a worker counts as living without a renewal of its lease: {@link WorkerStore#SHORTEST_LEASE} to
 *     {@link WorkerStore#LONGEST_LEASE} where leases are those of blobs
 * @param functionTimeout after what time the host ends the process for an invocation that has not ended
 * @param sharing what one instance may cost the other instances of its process
 * @param writes how much goes into one write
 * @param divergence how long an instance whose code and journal diverge waits for code that fits, before it ends as failed;
 *     zero if it fails at once
 */
public record EngineLimits(
        int maxEvents,
        Duration lease,
        Duration functionTimeout,
        SharingLimits sharing,
        WriteLimits writes,
        Duration divergence) {
    /**
     * How long a worker's death may go unnoticed: long enough to survive a pause of the machine, and short enough for a
     * takeover within a minute.
     */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(20);

    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(30);

    private static final Duration LONGEST_TURN = Duration.ofMinutes(4);

    /** Creates limits with the sharing that is in use everywhere. */
    public EngineLimits(int maxEvents, Duration lease, Duration functionTimeout) {
        this(maxEvents, lease, functionTimeout, SharingLimits.DEFAULT);
    }

    /** Creates limits with writes as large as the storage accepts them. */
    public EngineLimits(int maxEvents, Duration lease, Duration functionTimeout, SharingLimits sharing) {
        this(maxEvents, lease, functionTimeout, sharing, WriteLimits.OF_THE_STORAGE);
    }

    /** Creates limits with which an instance fails at once if its code and its journal diverge. */
    public EngineLimits(
            int maxEvents, Duration lease, Duration functionTimeout, SharingLimits sharing, WriteLimits writes) {
        this(maxEvents, lease, functionTimeout, sharing, writes, Duration.ZERO);
    }

    /** These limits, with that time for which an instance waits whose code and journal diverge. */
    public EngineLimits withDivergence(Duration time) {
        return new EngineLimits(maxEvents, lease, functionTimeout, sharing, writes, time);
    }

    /** How long a turn may begin new work: work that is under way by then should end before the timeout. */
    public Duration turn() {
        Duration most = functionTimeout.multipliedBy(2).dividedBy(5);
        return most.compareTo(LONGEST_TURN) < 0 ? most : LONGEST_TURN;
    }

    /** How long work that is under way may go on: the rest of the timeout has to suffice to commit how it ended. */
    public Duration deadline() {
        return functionTimeout.minus(reserve());
    }

    /** After how long a turn counts as hanging for ever: every other turn ends before the timeout. */
    public Duration hangingAfter() {
        return functionTimeout.plus(functionTimeout.dividedBy(2));
    }

    /** How long activities have to return that are interrupted for the timeout. */
    public Duration gracePeriod() {
        return reserve().dividedBy(3);
    }

    /** How long interrupted activities have until the next of them returns. */
    public Duration activityGracePeriod() {
        return reserve().dividedBy(6);
    }

    /** How long sub-orchestrations in this process have to notice that they are to hand off. */
    public Duration childGracePeriod() {
        return reserve().dividedBy(2);
    }

    /** How often the watchdog checks an orchestrator's code. */
    public Duration watch() {
        return part(120, Duration.ofSeconds(5));
    }

    /**
     * How long an orchestrator's code may make no progress before the watchdog checks whether the instance is to end.
     */
    public Duration silence() {
        return part(10, Duration.ofMinutes(1));
    }

    /** How long an orchestrator's code may take to return once it is being left. */
    public Duration patience() {
        return part(20, Duration.ofSeconds(30));
    }

    private Duration reserve() {
        return part(10, LONGEST_RESERVE);
    }

    private Duration part(int parts, Duration longest) {
        Duration most = functionTimeout.dividedBy(parts);
        return most.compareTo(longest) < 0 ? most : longest;
    }

    /** How often a lease is renewed. */
    public Duration renewal() {
        return lease.dividedBy(2);
    }

    /**
     * How long after it sent a renewal a worker trusts its lease: what it sends until then has to arrive before the
     * lease ends.
     */
    public Duration trust() {
        return lease.minus(lease.dividedBy(6));
    }

    /**
     * How long a worker that could not renew its lease in time waits before it marks its record: nearly as long as the
     * lease may still last, since interrupted work has to return first.
     */
    public Duration grace() {
        return lease.minus(trust()).dividedBy(4).multipliedBy(3);
    }

    /** How long a sweep searches at a time. */
    public Duration sweep() {
        return functionTimeout.dividedBy(5);
    }
}
