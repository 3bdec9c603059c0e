package dev.soliton.engine.journal;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.JournalRow;
import dev.soliton.store.RowChange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Packs events into journal rows, and rows into writes within the limits of the storage.
 *
 * <p>If the events of one commit do not fit into one write, they become several, in order. Each prefix of these writes
 * is a valid journal: after a crash between two writes a part of the requests is recorded, and a replay makes the rest.
 */
public final class JournalRows {
    private final EngineJson json;
    private final WriteLimits limits;

    public JournalRows(EngineJson json, WriteLimits limits) {
        this.json = json;
        this.limits = limits;
    }

    /**
     * One write.
     *
     * @param rows the journal rows that the write adds
     * @param events the events in these rows
     */
    public record Write(List<RowChange> rows, List<JournalEvent> events) {}

    /**
     * The writes that append events to a journal: at least one, which may be empty.
     *
     * @param first the number of the first row
     * @param others how many changes of other rows must be in the same write as an event
     * @param last how many changes of other rows must be in the last write
     */
    public List<Write> writes(
            ExecutionKey key, int first, List<JournalEvent> events, ToIntFunction<JournalEvent> others, int last) {
        // Until all writes are made it is not known which is the last.
        int room = Math.max(1, limits.changes() - last);
        List<Write> writes = new ArrayList<>();
        Write write = new Write(new ArrayList<>(), new ArrayList<>());
        int length = 0;
        int changes = 0;
        int number = first;
        for (Row row : split(events, others, room)) {
            int more = 1 + row.others();
            if (changes > 0 && (changes + more > room || length + row.length() > limits.length())) {
                writes.add(write);
                write = new Write(new ArrayList<>(), new ArrayList<>());
                length = 0;
                changes = 0;
            }
            write.rows().add(new RowChange.InsertJournal(new JournalRow(key, number++, row.text())));
            write.events().addAll(row.events());
            length += row.length();
            changes += more;
        }
        writes.add(write);
        return writes;
    }

    private record Row(String text, List<JournalEvent> events, int others) {
        int length() {
            return text.length();
        }
    }

    private List<Row> split(List<JournalEvent> events, ToIntFunction<JournalEvent> others, int room) {
        if (events.isEmpty()) {
            return List.of();
        }
        int more = events.stream().mapToInt(others).sum();
        String whole = json.writeEvents(events);
        if (events.size() == 1 || (whole.length() <= limits.row() && more < room)) {
            return List.of(new Row(whole, events, more));
        }
        List<Row> halves = new ArrayList<>(split(events.subList(0, events.size() / 2), others, room));
        halves.addAll(split(events.subList(events.size() / 2, events.size()), others, room));
        return halves;
    }
}
