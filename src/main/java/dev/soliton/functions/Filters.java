package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceId;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the filter of instances from a request. */
final class Filters {
    private static final Set<RuntimeStatus> ENDED =
            EnumSet.of(RuntimeStatus.COMPLETED, RuntimeStatus.FAILED, RuntimeStatus.TERMINATED);

    /** The query parameters of a filter. */
    static final List<String> PARAMETERS = List.of(
            "runtimeStatus",
            "createdTimeFrom",
            "createdTimeTo",
            "lastUpdatedTimeFrom",
            "lastUpdatedTimeTo",
            "instanceIdPrefix",
            "name",
            "codeVersion",
            "parent");

    private Filters() {}

    static InstanceFilter of(HttpRequestMessage<?> request) {
        String prefix = Requests.query(request, "instanceIdPrefix");
        String parent = Requests.query(request, "parent");
        return new InstanceFilter(
                statuses(Requests.query(request, "runtimeStatus")),
                Requests.timeOrDate(request, "createdTimeFrom"),
                after(Requests.timeOrDate(request, "createdTimeTo")),
                prefix == null ? "" : prefix,
                after(Requests.timeOrDate(request, "lastUpdatedTimeTo")),
                Requests.timeOrDate(request, "lastUpdatedTimeFrom"),
                Requests.query(request, "name"),
                codeVersion(Requests.query(request, "codeVersion")),
                parent == null ? Set.of() : Set.of(InstanceId.check(parent)));
    }

    /** Reads the filter of ended instances from a request, which must give the earliest time. */
    static InstanceFilter ofEnded(HttpRequestMessage<?> request) {
        InstanceFilter filter = of(request);
        if (filter.createdFrom() == null) {
            throw new BadRequestException("The query parameter 'createdTimeFrom' is required to purge many instances.");
        }
        for (RuntimeStatus status : filter.statuses()) {
            if (!status.isTerminal()) {
                throw new BadRequestException("The query parameter 'runtimeStatus' has some of Completed, Failed,"
                        + " Terminated: an instance that is " + status.displayName() + " cannot be purged.");
            }
        }
        return filter.statuses().isEmpty() ? filter.of(ENDED) : filter;
    }

    private static @Nullable Integer codeVersion(@Nullable String number) {
        if (number == null) {
            return null;
        }
        if (!number.matches("[1-9][0-9]{0,8}")) {
            throw new BadRequestException(
                    "The query parameter 'codeVersion' is a whole number from 1, not '" + number + "'.");
        }
        return Integer.valueOf(number);
    }

    /** Reads statuses that are separated by commas. The platform joins a repeated parameter in the same way. */
    private static Set<RuntimeStatus> statuses(@Nullable String names) {
        Set<RuntimeStatus> statuses = EnumSet.noneOf(RuntimeStatus.class);
        if (names != null) {
            Stream.of(names.split(",", -1))
                    .map(String::trim)
                    .map(Filters::status)
                    .forEach(statuses::add);
        }
        return statuses;
    }

    private static RuntimeStatus status(String name) {
        try {
            return RuntimeStatus.of(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            String known = Stream.of(RuntimeStatus.values())
                    .map(RuntimeStatus::displayName)
                    .collect(Collectors.joining(", "));
            throw new BadRequestException("The query parameter 'runtimeStatus' has some of " + known
                    + ", separated by commas, not '" + name + "'.");
        }
    }

    /**
     * The exclusive end for an inclusive time. Times are shown to the second, so a time to the second includes all of
     * that second.
     */
    private static @Nullable Instant after(@Nullable Instant included) {
        if (included == null || included.isAfter(Instant.MAX.minusSeconds(1))) {
            return null;
        }
        boolean isWhole = included.equals(included.truncatedTo(ChronoUnit.SECONDS));
        return isWhole ? included.plusSeconds(1) : included.plusNanos(1);
    }
}
