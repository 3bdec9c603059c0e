package dev.soliton.engine;

import dev.soliton.engine.History.Detail;
import dev.soliton.instance.Budget;
import dev.soliton.instance.Instance;
import dev.soliton.instance.InstanceId;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InvalidContinuationException;
import dev.soliton.instance.InvalidInstanceIdException;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.PayloadMissingException;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.Storage;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what has happened in instances. */
public final class Histories {
    /** How often an instance is read that goes on to its next generation, and drops the values of this one. */
    private static final int READS = 3;

    private final Storage storage;
    private final EngineJson json = new EngineJson();

    /** Reads the storage given. */
    public Histories(Storage storage) {
        this.storage = storage;
    }

    /**
     * An instance, and what has happened in it since it last began anew.
     *
     * @param instance with its output, and its input if that was asked for
     * @param entries in the order in which it happened
     * @param continuation where the history goes on, because the texts of these entries are as long as those of an answer may
     *     be; null at its end
     */
    public record Told(Instance instance, List<HistoryEntry> entries, @Nullable String continuation) {}

    /** Looks at an instance together with the beginning of its history. */
    public Optional<Told> find(String instanceId, boolean inputs, boolean results) {
        return find(instanceId, inputs, results, null);
    }

    /**
     * Looks at an instance together with its history.
     *
     * @param inputs whether inputs are wanted, the instance's and those in the history
     * @param results whether the results in the history are wanted
     * @param continuation where an earlier part of the same history said that it goes on; null to begin
     * @throws InvalidContinuationException if no part of the history of this execution, since it last continued as new, can
     *     have said that it goes on there
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws StorageException if the storage failed
     */
    public Optional<Told> find(String instanceId, boolean inputs, boolean results, @Nullable String continuation) {
        InstanceId.check(instanceId);
        String etag = "";
        for (int read = 1; ; read++) {
            Partition state = storage.instances().load(instanceId);
            if (state.instance().isEmpty()) {
                return Optional.empty();
            }
            Versioned<InstanceRow> instance = state.instance().get();
            try {
                return Optional.of(told(instance.row(), state, new Detail(inputs, results), continuation));
            } catch (PayloadMissingException gone) {
                if (read == READS || instance.etag().equals(etag)) {
                    throw gone;
                }
                etag = instance.etag();
            }
        }
    }

    private Told told(InstanceRow row, Partition state, Detail detail, @Nullable String continuation) {
        int from = continuation == null ? 0 : HistoryPlace.numberOf(continuation, row.key());
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
        Budget budget = new Budget();
        budget.use(instance.input());
        budget.use(instance.output());
        History.Part part = new History(row, journal, payloads, json, detail).part(from, budget);
        return new Told(
                instance, part.entries(), part.isLast() ? null : HistoryPlace.continuation(row.key(), part.next()));
    }
}
