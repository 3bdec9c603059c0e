package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.SharingLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instances of a process that are suspected of ending their processes, and how long others wait for them.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>No suspect runs beside more other suspects than each of them may. So an instance that ends its processes takes,
 *       from process to process, fewer and fewer others with it, and those that were only beside it finish without it.
 *   <li>An instance that is not suspected waits for suspects for a tenth of the time at most, and each time only for a
 *       moment. If nothing is at work in such a moment, a suspect that is to be alone begins. After a while it begins
 *       in any case.
 *   <li>If another instance begins beside a suspect that was alone, the row of that suspect says so before.
 * </ul>
 *
 * <p>Not safe for use by several threads.
 */
final class Suspects {
    /** How long a suspect keeps its place before other suspects: longer than it stays away between tries. */
    private static final Duration PLACE = Duration.ofSeconds(15);

    /** How long a suspect that is alone has to write that it is not alone any more. */
    private static final Duration WRITING = Duration.ofSeconds(8);

    /** A suspect that was not here for so long has gone to another process. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private static final int MOST_WAITING = 1_000;

    private final SharingLimits sharing;
    private final Map<String, Integer> here = new HashMap<>();
    private final Map<String, Wait> waiting = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Wait> eldest) {
            return size() > MOST_WAITING;
        }
    };
    private @Nullable String alone;
    private @Nullable Duration shareAt;
    private @Nullable String next;
    private Duration nextUntil = Duration.ZERO;
    private @Nullable Duration heldUntil;
    private @Nullable Duration restUntil;

    /** When a suspect began to wait, and when it was here last. */
    private record Wait(Duration since, Duration seen) {}

    /** How a suspect may begin. */
    enum Way {
        /** With nothing beside it. */
        ALONE,
        /** Beside whatever there is. */
        BESIDE_OTHERS,
        /** Not yet: other suspects are here. */
        AFTER_SUSPECTS,
        /** Not yet: it is to be alone. */
        AFTER_ALL
    }

    Suspects(SharingLimits sharing) {
        this.sharing = sharing;
    }

    /**
     * How a suspect may begin.
     *
     * @param company how many suspects there may be with it, itself included
     * @param isIdle whether nothing is at work
     */
    Way way(String instanceId, int company, boolean isIdle, Duration now) {
        boolean fits = here.size() < company && here.values().stream().allMatch(most -> here.size() < most);
        boolean isTaken = next != null && !next.equals(instanceId) && now.compareTo(nextUntil) < 0;
        if (!fits || isTaken) {
            if (!isTaken) {
                next = instanceId;
                nextUntil = now.plus(PLACE);
            }
            return Way.AFTER_SUSPECTS;
        }
        if (company > 1) {
            return Way.BESIDE_OTHERS;
        }
        if (isIdle) {
            return Way.ALONE;
        }
        Wait before = waiting.get(instanceId);
        boolean isNew = before == null || now.minus(before.seen()).compareTo(FORGOTTEN) > 0;
        Wait wait = new Wait(before == null || isNew ? now : before.since(), now);
        if (now.minus(wait.since()).compareTo(sharing.patience()) >= 0) {
            return Way.BESIDE_OTHERS;
        }
        waiting.put(instanceId, wait);
        hold(now);
        return Way.AFTER_ALL;
    }

    /** Whether a suspect is at work. */
    boolean areHere() {
        return !here.isEmpty();
    }

    /** Notes that a suspect begins. */
    void begins(String instanceId, int company, Way way) {
        here.put(instanceId, company);
        waiting.remove(instanceId);
        if (instanceId.equals(next)) {
            next = null;
        }
        if (way == Way.ALONE) {
            alone = instanceId;
            shareAt = null;
        }
    }

    /** Notes that an instance is not at work any more, or not suspected. */
    void ends(String instanceId) {
        here.remove(instanceId);
        if (instanceId.equals(alone)) {
            alone = null;
            heldUntil = null;
        }
    }

    /** Notes that the row of the suspect that was alone says that it is not any more. */
    void shares(String instanceId) {
        if (instanceId.equals(alone)) {
            alone = null;
        }
    }

    /**
     * The suspect that is to write that it is not alone any more, because others have waited for long enough; null for
     * none.
     */
    @Nullable
    String toShare(Duration now) {
        return shareAt != null && now.compareTo(shareAt) >= 0 ? alone : null;
    }

    /** How long an instance that is not suspected waits; null if it does not. */
    @Nullable
    Duration wait(Duration now) {
        if (alone != null) {
            if (shareAt == null) {
                hold(now);
                shareAt = heldUntil != null && heldUntil.compareTo(now) > 0 ? heldUntil : now;
            }
            if (now.compareTo(shareAt) < 0) {
                return shareAt.minus(now);
            }
            if (now.compareTo(shareAt.plus(WRITING)) < 0) {
                return Duration.ofMillis(100);
            }
            // The suspect does not get to write it. Others cannot wait for that.
            alone = null;
        }
        return heldUntil != null && now.compareTo(heldUntil) < 0 ? heldUntil.minus(now) : null;
    }

    private void hold(Duration now) {
        if (restUntil == null || now.compareTo(restUntil) >= 0) {
            heldUntil = now.plus(sharing.hold());
            restUntil = now.plus(sharing.rest());
        }
    }
}
