package dev.soliton.instance;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which instances are looked for; those that all of it holds for.
 *
 * @param statuses where they stand; empty for anywhere
 * @param createdFrom the earliest time at which they were accepted; null for any
 * @param createdBefore the time before which they were accepted; null for any
 * @param idPrefix what their IDs begin with, case included; empty for anything
 * @param unchangedSince the time since which they have not changed; null for any
 */
public record InstanceFilter(
        Set<RuntimeStatus> statuses,
        @Nullable Instant createdFrom,
        @Nullable Instant createdBefore,
        String idPrefix,
        @Nullable Instant unchangedSince) {
    /** All instances. */
    public static final InstanceFilter ALL = new InstanceFilter(Set.of(), null, null, "");

    public InstanceFilter {
        statuses = Set.copyOf(statuses);
    }

    /** Those that may have changed at any time. */
    public InstanceFilter(
            Set<RuntimeStatus> statuses,
            @Nullable Instant createdFrom,
            @Nullable Instant createdBefore,
            String idPrefix) {
        this(statuses, createdFrom, createdBefore, idPrefix, null);
    }

    /** The same for instances that stand there. */
    public InstanceFilter of(Set<RuntimeStatus> others) {
        return new InstanceFilter(others, createdFrom, createdBefore, idPrefix, unchangedSince);
    }

    /** Whether an instance is looked for. */
    public boolean accepts(String instanceId, RuntimeStatus status, Instant createdAt, Instant updatedAt) {
        return instanceId.startsWith(idPrefix)
                && (statuses.isEmpty() || statuses.contains(status))
                && (createdFrom == null || !createdAt.isBefore(createdFrom))
                && (createdBefore == null || createdAt.isBefore(createdBefore))
                && (unchangedSince == null || updatedAt.isBefore(unchangedSince));
    }
}
