package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which instances a list or a purge is about: those for which all of these conditions hold.
 *
 * @param statuses where they stand; empty for anywhere
 * @param createdFrom the earliest time at which they were accepted; null for any
 * @param createdBefore the time before which they were accepted; null for any
 * @param idPrefix what their IDs begin with, case included; empty for anything
 * @param unchangedSince the time since which they have not changed; null for any
 * @param changedSince the earliest time of their last change; null for any
 * @param name the name of their orchestrator, case included; null for any
 * @param codeVersion the version of the orchestrator's code that runs them; null for any, and for none
 * @param parents the IDs of instances of which they are sub-orchestrations, case included; empty for all, and for those that are
 *     none
 */
@PublicApi
public record InstanceFilter(
        Set<RuntimeStatus> statuses,
        @Nullable Instant createdFrom,
        @Nullable Instant createdBefore,
        String idPrefix,
        @Nullable Instant unchangedSince,
        @Nullable Instant changedSince,
        @Nullable String name,
        @Nullable Integer codeVersion,
        Set<String> parents) {
    /** All instances. */
    public static final InstanceFilter ALL = new InstanceFilter(Set.of(), null, null, "");

    public InstanceFilter {
        statuses = Set.copyOf(statuses);
        parents = Set.copyOf(parents);
    }

    /** Those of any orchestrator that may have changed at any time. */
    public InstanceFilter(
            Set<RuntimeStatus> statuses,
            @Nullable Instant createdFrom,
            @Nullable Instant createdBefore,
            String idPrefix) {
        this(statuses, createdFrom, createdBefore, idPrefix, null);
    }

    /** Those of any orchestrator that have not changed for a while. */
    public InstanceFilter(
            Set<RuntimeStatus> statuses,
            @Nullable Instant createdFrom,
            @Nullable Instant createdBefore,
            String idPrefix,
            @Nullable Instant unchangedSince) {
        this(statuses, createdFrom, createdBefore, idPrefix, unchangedSince, null, null, null, Set.of());
    }

    /** The same for instances that stand there. */
    public InstanceFilter of(Set<RuntimeStatus> others) {
        return new InstanceFilter(
                others, createdFrom, createdBefore, idPrefix, unchangedSince, changedSince, name, codeVersion, parents);
    }

    /** Those that are sub-orchestrations of these. */
    public static InstanceFilter childrenOf(Set<String> instanceIds) {
        return new InstanceFilter(Set.of(), null, null, "", null, null, null, null, instanceIds);
    }

    /** Whether the filter accepts an instance. */
    public boolean accepts(Seen seen) {
        return seen.instanceId().startsWith(idPrefix)
                && (statuses.isEmpty() || statuses.contains(seen.status()))
                && (createdFrom == null || !seen.createdAt().isBefore(createdFrom))
                && (createdBefore == null || seen.createdAt().isBefore(createdBefore))
                && (unchangedSince == null || seen.updatedAt().isBefore(unchangedSince))
                && (changedSince == null || !seen.updatedAt().isBefore(changedSince))
                && (name == null || name.equals(seen.name()))
                && (codeVersion == null || codeVersion.equals(seen.codeVersion()))
                && (parents.isEmpty() || (seen.parent() != null && parents.contains(seen.parent())));
    }

    /**
     * What a filter compares.
     *
     * @param parent the ID of the instance that it is a sub-orchestration of; null for none
     */
    public record Seen(
            String instanceId,
            String name,
            @Nullable String parent,
            RuntimeStatus status,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Integer codeVersion) {

        /** An instance, as its row shows it. */
        public static Seen of(InstanceRow row) {
            return new Seen(
                    row.key().instanceId(),
                    row.name(),
                    row.parent() == null ? null : row.parent().key().instanceId(),
                    row.status(),
                    row.createdAt(),
                    row.updatedAt(),
                    row.progress().codeVersion());
        }

        /** An instance, as the catalog shows it. */
        public static Seen of(CatalogEntry entry) {
            return new Seen(
                    entry.key().instanceId(),
                    entry.name(),
                    entry.parent() == null ? null : entry.parent().instanceId(),
                    entry.status(),
                    entry.createdAt(),
                    entry.updatedAt(),
                    entry.codeVersion());
        }
    }
}
