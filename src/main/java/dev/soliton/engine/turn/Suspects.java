package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.SharingLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instances of a process that are suspected of ending their processes, and for how long others are to wait for them.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>No suspect runs beside more other suspects than each of them may. So one that ends its processes ends, from
 *       there on, fewer and fewer others, and those that only were there get done without it.
 *   <li>What is not suspected waits for suspects for a tenth of the time at most, and not for longer than a moment. A
 *       suspect that is to be alone begins in such a moment if nothing is at work by then; after a while it begins all
 *       the same.
 *   <li>What begins beside one that was alone begins after the row of that one says so.
 * </ul>
 *
 * <p>Not safe for use by several threads.
 */
final class Suspects {
    /** How long a suspect keeps its place before other suspects: longer than it stays away. */
    private static final Duration PLACE = Duration.ofSeconds(15);

    /** How long one that is alone has to write down that it is not any more. */
    private static final Duration WRITING = Duration.ofSeconds(8);

    /** One that was not seen for so long has gone elsewhere. */
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

    /** Since when a suspect has been waiting, and when it was there last. */
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

    /** A suspect begins. */
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

    /** An instance is not at work any more, or not suspected. */
    void ends(String instanceId) {
        here.remove(instanceId);
        if (instanceId.equals(alone)) {
            alone = null;
            heldUntil = null;
        }
    }

    /** The row of the one that was alone says that it is not any more. */
    void shares(String instanceId) {
        if (instanceId.equals(alone)) {
            alone = null;
        }
    }

    /** Which one is to write down that it is not alone any more, since others have waited for long enough; null for none. */
    @Nullable
    String toShare(Duration now) {
        return shareAt != null && now.compareTo(shareAt) >= 0 ? alone : null;
    }

    /** How long something that is not suspected is to wait; null if it is not. */
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
            // It does not come to write. Others cannot wait for that.
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
