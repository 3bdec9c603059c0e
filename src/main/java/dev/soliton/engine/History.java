package dev.soliton.engine;

import dev.soliton.client.AnswerBudget;
import dev.soliton.engine.HistoryEntry.Field;
import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionResumed;
import dev.soliton.engine.journal.JournalEvent.ExecutionRewound;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.JournalEvent.ExecutionSuspended;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.journal.JournalEvent.TimerCreated;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.journal.JournalEvent.VersionMarked;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The journal of an execution's current generation, in the form of Durable Functions: a task that has ended is one
 * entry, which shows the request as well as its completion.
 */
final class History {
    private final InstanceRow row;
    private final List<JournalEvent> journal;
    private final Map<Integer, Request> requests = new HashMap<>();
    private final Set<Integer> ended = new HashSet<>();
    private final Payloads payloads;
    private final EngineJson json;
    private final Detail detail;

    /**
     * What the entries show.
     *
     * @param inputs whether they show inputs
     * @param results whether they show results
     */
    record Detail(boolean inputs, boolean results) {}

    History(InstanceRow row, List<JournalEvent> journal, Payloads payloads, EngineJson json, Detail detail) {
        this.row = row;
        this.journal = journal;
        this.payloads = payloads;
        this.json = json;
        this.detail = detail;
        for (JournalEvent event : journal) {
            if (event instanceof Request request) {
                requests.put(request.id(), request);
            }
            Integer end = endOf(event);
            if (end != null) {
                ended.add(end);
            }
        }
    }

    /**
     * The number of the request that this event completes, so that both are one entry; null for an event with an entry
     * of its own.
     */
    private static @Nullable Integer endOf(JournalEvent event) {
        if (event instanceof TaskCompleted task) {
            return task.id();
        }
        if (event instanceof TaskFailed task) {
            return task.id();
        }
        if (event instanceof SubOrchestrationCompleted child) {
            return child.id();
        }
        return event instanceof SubOrchestrationFailed child ? child.id() : null;
    }

    /**
     * A part of the history.
     *
     * @param next the number of the first event of the next part
     */
    record Part(List<HistoryEntry> entries, int next, boolean isLast) {}

    List<HistoryEntry> entries() {
        return part(0, new AnswerBudget()).entries();
    }

    /**
     * The entries from an event on, as far as there is room for them.
     *
     * @param from the number of that event
     */
    Part part(int from, AnswerBudget budget) {
        List<HistoryEntry> entries = new ArrayList<>();
        for (int i = from; i < journal.size(); i++) {
            if (!entries.isEmpty() && budget.isUsedUp()) {
                return new Part(entries, i, false);
            }
            int before = entries.size();
            JournalEvent event = journal.get(i);
            if (event instanceof ExecutionCompleted end && i + 1 < journal.size()) {
                entries.add(formerEnd(end, journal.get(i + 1)));
            } else if (!(event instanceof Request request && ended.contains(request.id()))) {
                entries.add(entry(event));
            }
            entries.subList(before, entries.size()).forEach(entry -> use(entry, budget));
        }
        return new Part(entries, journal.size(), true);
    }

    private static void use(HistoryEntry entry, AnswerBudget budget) {
        for (Field field : entry.fields()) {
            if (field instanceof Field.Text text) {
                budget.use(text.value());
            } else if (field instanceof Field.Json value) {
                budget.use(value.value());
            }
        }
    }

    /**
     * The entry for an end that a rewind has revoked. The event after it has its failure; the row has the current
     * outcome.
     */
    private HistoryEntry formerEnd(ExecutionCompleted end, JournalEvent next) {
        Fields fields = new Fields()
                .text("OrchestrationStatus", end.status().displayName())
                .failureDetails(next instanceof ExecutionRewound rewound ? rewound.failure() : null);
        return new HistoryEntry("ExecutionCompleted", end.at(), fields.all);
    }

    private HistoryEntry entry(JournalEvent event) {
        Fields fields = new Fields();
        String type = event.getClass().getSimpleName();
        if (event instanceof ExecutionStarted) {
            fields.text("FunctionName", row.name()).input(row.values().input());
        } else if (event instanceof ExecutionSuspended suspended) {
            fields.text("Reason", suspended.reason());
        } else if (event instanceof ExecutionResumed resumed) {
            fields.text("Reason", resumed.reason());
        } else if (event instanceof ExecutionRewound rewound) {
            fields.text("Reason", rewound.reason());
        } else if (event instanceof ExecutionTerminated terminated) {
            fields.text("Input", terminated.reason());
        } else if (event instanceof ExecutionCompleted completed) {
            fields.text("OrchestrationStatus", completed.status().displayName())
                    .failureDetails(row.values().failure())
                    .result(row.values().output());
        } else if (event instanceof VersionMarked mark) {
            fields.text("ChangeId", mark.change()).text("Version", String.valueOf(mark.version()));
        } else if (event instanceof EventRaised raised) {
            fields.text("Name", raised.name()).input(raised.input());
        } else if (event instanceof Request request) {
            type = type.replace("SubOrchestrationScheduled", "SubOrchestrationInstanceCreated");
            requestFields(fields, request);
        } else {
            type = type.replace("SubOrchestration", "SubOrchestrationInstance");
            completionFields(fields, event);
        }
        return new HistoryEntry(type, event.at(), fields.all);
    }

    private static void requestFields(Fields fields, Request request) {
        if (request instanceof TaskScheduled task) {
            fields.text("Name", task.name()).input(task.input());
        } else if (request instanceof SubOrchestrationScheduled child) {
            fields.text("Name", child.name())
                    .text("InstanceId", child.instanceId())
                    .input(child.input());
        } else if (request instanceof TimerCreated timer) {
            fields.time("FireAt", timer.fireAt());
        } else if (request instanceof EventSent sent) {
            fields.text("InstanceId", sent.instanceId())
                    .text("Name", sent.name())
                    .input(sent.input());
        }
    }

    private void completionFields(Fields fields, JournalEvent event) {
        if (event instanceof TimerFired fired) {
            if (requests.get(fired.id()) instanceof TimerCreated timer) {
                fields.time("FireAt", timer.fireAt());
            }
        } else if (event instanceof TaskCompleted done) {
            fields.ofRequest(requests.get(done.id())).result(done.result());
        } else if (event instanceof TaskFailed failed) {
            fields.ofRequest(requests.get(failed.id())).failure(failed.failure());
        } else if (event instanceof SubOrchestrationCompleted done) {
            fields.ofRequest(requests.get(done.id())).result(done.result());
        } else if (event instanceof SubOrchestrationFailed failed) {
            fields.ofRequest(requests.get(failed.id())).failure(failed.failure());
        }
    }

    /** The fields of one entry, in order. */
    private final class Fields {
        private final List<Field> all = new ArrayList<>();

        Fields text(String name, @Nullable String value) {
            all.add(new Field.Text(name, value));
            return this;
        }

        Fields time(String name, Instant value) {
            all.add(new Field.Time(name, value));
            return this;
        }

        Fields input(@Nullable Payload value) {
            if (detail.inputs()) {
                all.add(new Field.Json("Input", payloads.load(value)));
            }
            return this;
        }

        Fields result(@Nullable Payload value) {
            if (detail.results()) {
                all.add(new Field.Json("Result", payloads.load(value)));
            }
            return this;
        }

        Fields ofRequest(@Nullable Request request) {
            if (request instanceof TaskScheduled task) {
                return text("FunctionName", task.name())
                        .time("ScheduledTime", task.at())
                        .input(task.input());
            }
            if (request instanceof SubOrchestrationScheduled child) {
                return text("FunctionName", child.name())
                        .text("InstanceId", child.instanceId())
                        .time("ScheduledTime", child.at())
                        .input(child.input());
            }
            return this;
        }

        void failure(Payload details) {
            String text = payloads.load(details);
            FailureDetails failure = text == null ? FailureDetails.UNKNOWN : json.readFailure(text);
            text("Reason", failure.message()).text("Details", failure.stackTrace());
            all.add(new Field.Json("FailureDetails", json.writeFields(shown(failure))));
        }

        Fields failureDetails(@Nullable Payload details) {
            String text = payloads.load(details);
            if (text != null) {
                all.add(new Field.Json("FailureDetails", json.writeFields(shown(json.readFailure(text)))));
            }
            return this;
        }
    }

    private static Map<String, @Nullable Object> shown(FailureDetails failure) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("ErrorType", failure.errorType());
        fields.put("ErrorMessage", failure.message());
        fields.put("StackTrace", failure.stackTrace());
        FailureDetails inner = failure.innerFailure();
        fields.put("InnerFailure", inner == null ? null : shown(inner));
        fields.put("IsNonRetriable", failure.isNonRetriable());
        return fields;
    }
}
