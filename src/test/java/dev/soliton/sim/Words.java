package dev.soliton.sim;

import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.RowChange;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Calls and answers in a few words, for a trace. */
final class Words {
    private static final Pattern TYPE = Pattern.compile("\"type\":\"(\\w+)\"(?:,\"id\":(\\d+))?");

    private Words() {}

    static String of(Call call) {
        Object subject = call.subject();
        if (subject instanceof List<?> changes) {
            return call.instanceId() + changes.stream().map(Words::of).toList();
        }
        if (subject instanceof WorkMessage message) {
            return of(message);
        }
        return call.instanceId() + (subject == null ? "" : " " + subject);
    }

    static String of(WorkMessage message) {
        return message.reason() + " " + message.instanceId() + "/" + message.executionId()
                + (message.due() == null ? "" : " due " + message.due())
                + (message.base() == null ? "" : " base '" + message.base().etag() + "'")
                + (message.attempt() == 0 ? "" : " attempt " + message.attempt());
    }

    private static String of(Object change) {
        if (change instanceof RowChange.InsertInstance insert) {
            return "+" + of(insert.row());
        }
        if (change instanceof RowChange.ReplaceInstance replace) {
            return "=" + of(replace.row()) + " if " + replace.etag();
        }
        if (change instanceof RowChange.InsertJournal insert) {
            return "+journal " + insert.row().key().generation() + "."
                    + insert.row().number() + " " + events(insert.row().events());
        }
        if (change instanceof RowChange.InsertInbox insert) {
            return "+inbox " + insert.row().key() + " " + insert.row().item();
        }
        if (change instanceof RowChange.DeleteInbox delete) {
            return "-inbox " + delete.key();
        }
        if (change instanceof RowChange.InsertGate insert) {
            return insert.gate().tombstone()
                    ? "+tombstone"
                    : "+gate" + incarnationOf(insert.gate().incarnation());
        }
        if (change instanceof RowChange.TouchGate touch) {
            return "touch gate" + incarnationOf(touch.incarnation())
                    + (touch.etag() == null ? "" : " if " + touch.etag());
        }
        if (change instanceof RowChange.DeleteGate delete) {
            return "-gate if " + delete.etag();
        }
        if (change instanceof RowChange.DeleteTombstone) {
            return "-tombstone";
        }
        if (change instanceof RowChange.DeleteJournal delete) {
            return "-journal " + delete.key().generation() + "." + delete.number();
        }
        if (change instanceof RowChange.QueueRun queue) {
            return "queue after " + queue.incarnation().executionId() + " "
                    + queue.run().input();
        }
        if (change instanceof RowChange.DeleteInstance) {
            return "-instance";
        }
        if (change instanceof RowChange.DeleteReceipt delete) {
            return "-answer " + delete.key();
        }
        return "+answer " + ((RowChange.InsertReceipt) change).row().key();
    }

    private static String incarnationOf(Incarnation incarnation) {
        return incarnation.rewinds() == 0 ? "" : " of life " + incarnation.rewinds();
    }

    static String of(InstanceRow row) {
        return row.status().displayName() + " " + row.key().executionId() + "."
                + row.key().generation()
                + " owner=" + row.ownership().owner() + " fence="
                + row.ownership().fence()
                + " rows=" + row.progress().journalRows()
                + (row.progress().nextDue() == null
                        ? ""
                        : " nextDue=" + row.progress().nextDue())
                + (row.values().customStatus() == null
                        ? ""
                        : " shows " + row.values().customStatus());
    }

    private static String events(String json) {
        Matcher types = TYPE.matcher(json);
        return types.results()
                .map(type -> type.group(1) + (type.group(2) == null ? "" : " " + type.group(2)))
                .collect(Collectors.joining(", "));
    }

    static String ofAnswer(@Nullable Object answer) {
        if (answer instanceof Optional<?> found) {
            return found.map(Words::ofAnswer).orElse("nothing");
        }
        if (answer instanceof Versioned<?> versioned) {
            Object row = versioned.row();
            return (row instanceof InstanceRow instance ? of(instance) : String.valueOf(row)) + " " + versioned.etag();
        }
        if (answer instanceof Partition partition) {
            return ofAnswer(partition.instance())
                    + " inbox "
                    + partition.inbox().stream().map(entry -> entry.row().key()).toList()
                    + " gates "
                    + partition.gates().stream()
                            .map(gate -> (gate.row().tombstone() ? "tombstone " : "") + gate.etag())
                            .toList()
                    + " journal "
                    + partition.journal().stream()
                            .map(row -> events(row.events()))
                            .toList();
        }
        if (answer instanceof WriteOutcome.Written written) {
            return "written " + written.instanceEtag() + " " + written.gateEtag();
        }
        if (answer instanceof WorkQueue.MessageReceipt receipt) {
            return "message " + receipt.messageId();
        }
        return answer instanceof WriteOutcome ? "CONFLICT" : String.valueOf(answer);
    }
}
