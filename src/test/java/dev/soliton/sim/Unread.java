package dev.soliton.sim;

import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted, and lies in an inbox with nothing that leads to it. Sooner or later something else does, somebody who
 * sends again say, so that it shows only to whoever looks before.
 */
final class Unread {
    /** How soon a message has to come. */
    private static final Duration SOON = Duration.ofSeconds(35);

    private Unread() {}

    /**
     * A letter that an actor was to take in by now; null if there is none.
     *
     * @param accepted whether a letter came in for sure
     */
    static @Nullable String letter(World world, String instanceId, Predicate<String> accepted) {
        Partition state = world.table().load(instanceId);
        InstanceRow row = state.instance().map(Versioned::row).orElse(null);
        if (row == null || isToWait(row) || isLedTo(world, row)) {
            return null;
        }
        for (InboxEntry entry : state.inbox(row.key().executionId())) {
            if (entry.row().item() instanceof InboxItem.Event event) {
                String json = world.values().text(event.input());
                String letter = json == null ? "" : World.json(json).asText();
                if (accepted.test(letter)) {
                    return letter;
                }
            }
        }
        return null;
    }

    /** Whether it has an owner that sees to it, takes nothing in, or does not any more. */
    private static boolean isToWait(InstanceRow row) {
        return row.ownership().owner() != null || row.status().isTerminal() || row.status() == RuntimeStatus.SUSPENDED;
    }

    private static boolean isLedTo(World world, InstanceRow row) {
        Instant soon = world.scheduler().instant().plus(SOON);
        return world.queue().messages().stream()
                .anyMatch(message -> message.executionId().equals(row.key().executionId())
                        && (message.due() == null || !message.due().isAfter(soon)));
    }
}
