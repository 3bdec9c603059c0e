package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import java.util.Locale;
import java.util.Set;

/** Where an instance stands. */
@PublicApi
public enum RuntimeStatus {
    /** Accepted, and not begun yet; or rewound, and not gone on yet. */
    PENDING,
    /** Begun, and not ended: working, or waiting for something. */
    RUNNING,
    /** A request made it wait until it is resumed. */
    SUSPENDED,
    /** Ended with an output. */
    COMPLETED,
    /** Ended with a failure. */
    FAILED,
    /** Ended by request. */
    TERMINATED;

    /** The name that the HTTP API and the storage use: {@code Pending}, {@code Running} … */
    public String displayName() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }

    /** The status of that display name. */
    public static RuntimeStatus of(String displayName) {
        return valueOf(displayName.toUpperCase(Locale.ROOT));
    }

    /** Whether nothing happens any more. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == TERMINATED;
    }

    /**
     * All legal changes of one execution's status between two rewinds. One that has ended changes no more, but its row
     * may: its owner releases it. One write may hold a beginning, or a resumption, and the end that followed it. Only a
     * rewind makes one that has failed live again. Another start of the same ID begins a new execution instead.
     */
    public boolean canBecome(RuntimeStatus next) {
        return (switch (this) {
                    case PENDING -> Set.of(PENDING, RUNNING, SUSPENDED, COMPLETED, FAILED, TERMINATED);
                    case RUNNING -> Set.of(RUNNING, SUSPENDED, COMPLETED, FAILED, TERMINATED);
                    case SUSPENDED -> Set.of(SUSPENDED, PENDING, RUNNING, COMPLETED, FAILED, TERMINATED);
                    case COMPLETED, FAILED, TERMINATED -> Set.of(this);
                })
                .contains(next);
    }
}
