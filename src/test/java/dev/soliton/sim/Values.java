package dev.soliton.sim;

import com.fasterxml.jackson.databind.JsonNode;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.Versioned;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values that rows refer to, wherever they are kept. No row that is in use may refer to one that is gone. */
final class Values {
    /** How long a value may be that is not a blob, where some are. */
    static final int INLINE_LIMIT = 8;

    private static final Pattern NAME = Pattern.compile("\"name\":\"([0-9a-f]{32}/[^\"]+\\.json)\"");

    private final World world;

    Values(World world) {
        this.world = world;
    }

    /** The text of a value; null if there is none, or it is gone. */
    @Nullable
    String text(@Nullable Payload payload) {
        if (payload instanceof Payload.Stored stored) {
            try {
                return world.texts().get(stored.name());
            } catch (PayloadMissingException gone) {
                return null;
            }
        }
        return payload == null ? null : ((Payload.Inline) payload).json();
    }

    /** The token of the start that a row was accepted for; null if its input has none. */
    @Nullable
    String tokenOf(InstanceRow row) {
        return tokenIn(row.values().input());
    }

    /** The token of the start that asked for a run; empty if its input has none. */
    String tokenOf(QueuedRun run) {
        String token = tokenIn(run.input());
        return token == null ? "" : token;
    }

    private @Nullable String tokenIn(@Nullable Payload input) {
        String text = text(input);
        JsonNode token = text == null ? null : World.json(text).get("token");
        return token == null ? null : token.asText();
    }

    /** Values were removed: nothing that is in use may refer to them. */
    void removed(String name) {
        if (world.has(Ability.BLOBS)) {
            world.oracle().instances().forEach(id -> check(id, "when " + name + " was removed"));
        }
    }

    /** What rows of an instance are in use refers to what is there. */
    void check(String instanceId, String when) {
        if (!world.has(Ability.BLOBS)) {
            return;
        }
        Set<String> there = world.texts().names();
        references(instanceId).forEach((name, what) -> {
            if (!there.contains(name)) {
                world.scheduler()
                        .fail(instanceId + " refers in its " + what + " to what is gone, " + name + ", " + when, null);
            }
        });
    }

    /** The names of all values that rows of an instance refer to which are in use, and where. */
    private Map<String, String> references(String instanceId) {
        Map<String, String> names = new TreeMap<>();
        Partition state = world.table().load(instanceId);
        InstanceRow row = state.instance().map(Versioned::row).orElse(null);
        if (row == null) {
            return names;
        }
        add(names, row.values().input(), "input");
        add(names, row.values().output(), "output");
        add(names, row.values().failure(), "failure");
        add(names, row.queuedRun(), "row");
        String executionId = row.key().executionId();
        state.gate(executionId).ifPresent(gate -> add(names, gate.row().queuedRun(), "gate"));
        for (InboxEntry entry : state.inbox(executionId)) {
            InboxItem item = entry.row().item();
            if (item instanceof InboxItem.Event event) {
                add(names, event.input(), "inbox");
            } else if (item instanceof InboxItem.ChildEnded child) {
                add(names, child.result(), "inbox");
                add(names, child.failure(), "inbox");
            } else if (item instanceof InboxItem.Rewind rewind) {
                add(names, rewind.failure(), "inbox");
            }
        }
        if (!row.status().isTerminal()) {
            for (JournalRow written : state.journal()) {
                if (written.key().equals(row.key())
                        && written.number() < row.progress().journalRows()) {
                    Matcher matcher = NAME.matcher(written.events());
                    while (matcher.find()) {
                        names.put(matcher.group(1), "journal");
                    }
                }
            }
        }
        return names;
    }

    private static void add(Map<String, String> names, @Nullable QueuedRun run, String where) {
        add(names, run == null ? null : run.input(), where);
    }

    private static void add(Map<String, String> names, @Nullable Payload payload, String where) {
        if (payload instanceof Payload.Stored stored) {
            names.put(stored.name(), where);
        }
    }
}
