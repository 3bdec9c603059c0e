package dev.soliton.engine;

import dev.soliton.client.AnswerBudget;
import dev.soliton.client.Instance;
import dev.soliton.engine.History.Detail;
import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.store.InstanceId;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InvalidContinuationException;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the histories of instances. */
public final class Histories {
    /**
     * How often an instance is read if it continues as new during the read, and drops the values that the read needs.
     */
    private static final int READS = 3;

    private final Storage storage;
    private final EngineJson json = new EngineJson();

    /** Reads the storage given. */
    public Histories(Storage storage) {
        this.storage = storage;
    }

    /**
     * An instance, and its history since it last continued as new.
     *
     * @param instance with its output, and with its input if the caller asked for inputs
     * @param entries in the order in which they happened
     * @param continuation where the history goes on if the texts of these entries are as long as an answer may be; null
     *     at the end of the history
     */
    public record InstanceHistory(Instance instance, List<HistoryEntry> entries, @Nullable String continuation) {}

    /** Reads an instance together with the beginning of its history. */
    public Optional<InstanceHistory> find(String instanceId, boolean inputs, boolean results) {
        return find(instanceId, inputs, results, null);
    }

    /**
     * Reads an instance together with its history.
     *
     * @param inputs whether inputs are wanted, the instance's and those in the history
     * @param results whether the results in the history are wanted
     * @param continuation where an earlier part of the same history said that it goes on; null to begin
     * @throws InvalidContinuationException if no part of the history of this execution, since it last continued as new,
     *     can have said that it goes on there
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws StorageException if the storage failed
     */
    public Optional<InstanceHistory> find(
            String instanceId, boolean inputs, boolean results, @Nullable String continuation) {
        InstanceId.check(instanceId);
        String etag = "";
        for (int read = 1; ; read++) {
            Partition state = storage.instances().load(instanceId);
            if (state.instance().isEmpty()) {
                return Optional.empty();
            }
            Versioned<InstanceRow> instance = state.instance().get();
            try {
                return Optional.of(history(instance.row(), state, new Detail(inputs, results), continuation));
            } catch (PayloadMissingException gone) {
                if (read == READS || instance.etag().equals(etag)) {
                    throw gone;
                }
                etag = instance.etag();
            }
        }
    }

    private InstanceHistory history(InstanceRow row, Partition state, Detail detail, @Nullable String continuation) {
        int from = continuation == null ? 0 : HistoryPosition.numberOf(continuation, row.key());
        List<JournalEvent> journal = new ArrayList<>();
        for (JournalRow written : state.journal()) {
            if (written.key().equals(row.key())) {
                journal.addAll(json.readEvents(written.events()));
            }
        }
        Payloads payloads = storage.payloads();
        InstanceRow.Values values = row.values();
        Instance instance = Instance.of(
                row, detail.inputs() ? payloads.load(values.input()) : null, payloads.load(values.output()));
        AnswerBudget budget = new AnswerBudget();
        budget.use(instance.input());
        budget.use(instance.output());
        History.Part part = new History(row, journal, payloads, json, detail).part(from, budget);
        return new InstanceHistory(
                instance, part.entries(), part.isLast() ? null : HistoryPosition.continuation(row.key(), part.next()));
    }
}
