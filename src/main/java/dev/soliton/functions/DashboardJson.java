package dev.soliton.functions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.soliton.client.Holding;
import dev.soliton.orchestration.OrchestratorDescription;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.ParentTask;
import dev.soliton.store.Payload;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holdings, orchestrators and workers as the JSON that callers see. */
final class DashboardJson {
    private DashboardJson() {}

    static ObjectNode holding(Holding holding) {
        InstanceRow row = holding.row();
        Instant nextDue = row.progress().nextDue();
        // The year 1970 stands for "at once".
        boolean isDueAtOnce = Instant.EPOCH.equals(nextDue);
        ObjectNode body = object().put("instanceId", row.key().instanceId())
                .put("name", row.name())
                .put("runtimeStatus", row.status().displayName())
                .put("executionId", row.key().executionId())
                .put("generation", row.key().generation())
                .put("rewinds", row.rewinds())
                .put("fence", row.ownership().fence());
        putOwner(body, holding.owner());
        body.put("strikes", row.ownership().strikes() + row.ownership().sharedStrikes())
                .put("claimedAt", time(row.ownership().claimedAt()))
                .put("createdAt", time(row.createdAt()))
                .put("nextDue", isDueAtOnce ? null : time(nextDue))
                .put("dueAtOnce", isDueAtOnce)
                .put("startAt", time(row.startAt()))
                .put("reason", row.values().reason())
                .put("journalRows", row.progress().journalRows())
                .put("gate", holding.gate());
        putFollowing(body, holding);
        ArrayNode inbox = body.putArray("inbox");
        holding.inbox().forEach(entry -> inbox.add(entry(entry)));
        body.put("inboxMore", !holding.inboxIsWhole());
        ParentTask parent = row.parent();
        if (parent == null) {
            body.putNull("parent");
        } else {
            body.putObject("parent")
                    .put("instanceId", parent.key().instanceId())
                    .put("executionId", parent.key().executionId());
        }
        return body;
    }

    private static void putOwner(ObjectNode body, Holding.@Nullable Owner owner) {
        if (owner == null) {
            body.putNull("owner");
        } else {
            body.set("owner", worker(owner.worker(), owner.state(), owner.since()));
        }
    }

    private static ObjectNode worker(String worker, WorkerState state, @Nullable Instant since) {
        // Of one whose lease has run out nobody knows yet since when.
        Instant known = state == WorkerState.UNLEASED ? null : since;
        return object().put("id", worker).put("life", life(state)).put("since", time(known));
    }

    private static String life(WorkerState state) {
        return switch (state) {
            case LIVE -> "alive";
            case DRAINED -> "left";
            case UNLEASED, EXPIRED, ABSENT -> "vanished";
        };
    }

    /** An input that is stored apart would cost a request: the status of that execution shows it. */
    private static void putFollowing(ObjectNode body, Holding holding) {
        QueuedRun run = holding.following();
        if (run == null) {
            body.putNull("following");
            return;
        }
        ObjectNode following = body.putObject("following")
                .put("name", run.name())
                .put("executionId", holding.followingKey().executionId())
                .put("askedAt", time(run.askedAt()))
                .put("startAt", time(run.startAt()));
        InstanceJson.putJson(following, "input", run.input() instanceof Payload.Inline inline ? inline.json() : null);
        following.put("inputOmitted", run.input() instanceof Payload.Stored);
    }

    private static ObjectNode entry(InboxEntry entry) {
        InboxItem item = entry.row().item();
        ObjectNode shown = object();
        if (item instanceof InboxItem.Event event) {
            put(shown, "event", event.name(), entry).put("bytes", bytes(event.input()));
        } else if (item instanceof InboxItem.ChildEnded child) {
            Payload outcome = child.failure() == null ? child.result() : child.failure();
            put(shown, "childEnded", null, entry).put("bytes", bytes(outcome));
        } else if (item instanceof InboxItem.Terminate terminate) {
            put(shown, "terminate", null, entry).put("bytes", length(terminate.reason()));
        } else if (item instanceof InboxItem.Suspend suspend) {
            put(shown, "suspend", null, entry).put("bytes", length(suspend.reason()));
        } else if (item instanceof InboxItem.Resume resume) {
            put(shown, "resume", null, entry).put("bytes", length(resume.reason()));
        } else if (item instanceof InboxItem.Rewind rewind) {
            put(shown, "rewind", null, entry).put("bytes", length(rewind.reason()));
        } else if (item instanceof InboxItem.GiveUp giveUp) {
            put(shown, "giveUp", null, entry).put("bytes", length(giveUp.reason()));
        }
        return shown;
    }

    private static ObjectNode put(ObjectNode shown, String kind, @Nullable String name, InboxEntry entry) {
        return shown.put("kind", kind).put("name", name).put("at", time(entry.at()));
    }

    /** The size of a payload; null for one that is stored apart, which takes a request of its own. */
    private static @Nullable Integer bytes(@Nullable Payload payload) {
        if (payload instanceof Payload.Stored) {
            return null;
        }
        return length(payload instanceof Payload.Inline inline ? inline.json() : null);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    static ObjectNode orchestrator(String name, @Nullable OrchestratorDescription description) {
        ObjectNode shown = object().put("name", name);
        if (description != null) {
            shown.put("description", description.text());
            if (description.exampleInput() != null) {
                InstanceJson.putJson(shown, "exampleInput", description.exampleInput());
            }
            if (description.inputSchema() != null) {
                InstanceJson.putJson(shown, "inputSchema", description.inputSchema());
            }
        }
        return shown;
    }

    static ArrayNode workers(List<WorkerRecord> records) {
        ArrayNode workers = JsonNodeFactory.instance.arrayNode();
        records.forEach(record -> workers.add(worker(record.worker(), record.state(), record.since())));
        return workers;
    }

    static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
