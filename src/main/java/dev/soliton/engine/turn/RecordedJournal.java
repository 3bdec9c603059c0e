package dev.soliton.engine.turn;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.NewerJournalException;
import dev.soliton.engine.journal.UnreadableJournalException;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The journal of an instance, as its partition was read. */
final class RecordedJournal {
    private final EngineJson json;
    private final InstanceRow row;
    private final Partition state;

    RecordedJournal(EngineJson json, InstanceRow row, Partition state) {
        this.json = json;
        this.row = row;
        this.state = state;
    }

    /**
     * The events of the row's generation.
     *
     * @throws UnreadableJournalException if a row is missing, or has no events in it
     * @throws NewerJournalException if a later version of the app has written an event that this one does not know
     */
    List<JournalEvent> events() {
        return events(json::readEvents);
    }

    /**
     * The events without those that only a later version of the app knows.
     *
     * @throws UnreadableJournalException if a row is missing, or has no events in it
     */
    List<JournalEvent> knownEvents() {
        return events(json::readKnownEvents);
    }

    private List<JournalEvent> events(Function<String, List<JournalEvent>> read) {
        List<JournalEvent> journal = new ArrayList<>();
        int rows = 0;
        for (JournalRow written : state.journal()) {
            if (rows < row.progress().journalRows() && written.key().equals(row.key()) && written.number() == rows) {
                journal.addAll(read.apply(written.events()));
                rows++;
            }
        }
        if (rows < row.progress().journalRows()) {
            throw new UnreadableJournalException(
                    "Of its " + row.progress().journalRows() + " rows in the journal, number " + rows + " is missing.");
        }
        return journal;
    }

    /**
     * Whether the execution is to end whatever its orchestrator does: it received that request, or has begun to end.
     */
    boolean isTerminated() {
        return state.inbox(row.key().executionId()).stream()
                        .anyMatch(entry -> entry.row().item() instanceof InboxItem.Terminate)
                || endsWithTermination();
    }

    private boolean endsWithTermination() {
        try {
            return termination(events()) != null;
        } catch (UnreadableJournalException | NewerJournalException neverMind) {
            return false;
        }
    }

    /** The event that began to end an execution which has not ended yet; null if there is none. */
    static @Nullable ExecutionTerminated termination(List<JournalEvent> journal) {
        int last = journal.size() - 1;
        // After this event there are only the ends of sub-orchestrations that were terminated with the execution.
        while (last >= 0 && journal.get(last) instanceof SubOrchestrationFailed) {
            last--;
        }
        return last >= 0 && journal.get(last) instanceof ExecutionTerminated terminated ? terminated : null;
    }

    /** Whether this is the journal of an execution that has ended. */
    static boolean isOver(List<JournalEvent> journal) {
        return !journal.isEmpty() && journal.get(journal.size() - 1) instanceof ExecutionCompleted;
    }
}
