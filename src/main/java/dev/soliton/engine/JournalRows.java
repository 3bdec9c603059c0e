package dev.soliton.engine;

import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceStore;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.RowChange;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs events into journal rows, and rows into writes that keep the limits of the storage.
 *
 * <p>Where the events of one commit do not fit into one write, they become several, in order. Each prefix of them is a
 * journal as well: a crash between two leaves an execution that asked for a part of what it was about to ask for, and
 * asks for the rest when it is replayed.
 */
final class JournalRows {
    /** The most text of one write, in characters, with room for the texts of the instance row. */
    private static final int MAX_WRITE_LENGTH = InstanceStore.MAX_WRITE_LENGTH - 100_000;

    /** The rows of one write, beside the instance row and the gate. */
    private static final int MAX_WRITE_ROWS = InstanceStore.MAX_CHANGES - 2;

    /** How much text a row gets before the next one is begun. A single event is much shorter than what remains. */
    private static final int FULL_ROW = JournalRow.MAX_LENGTH / 2;

    private final EngineJson json;

    JournalRows(EngineJson json) {
        this.json = json;
    }

    /** The rows that events add to the journal of an instance, a list for each write; at least one, if empty. */
    List<List<RowChange>> rows(InstanceRow instance, List<JournalEvent> events) {
        List<List<RowChange>> writes = new ArrayList<>();
        List<RowChange> write = new ArrayList<>();
        int length = 0;
        int number = instance.journalRows();
        for (String row : texts(events)) {
            if (write.size() == MAX_WRITE_ROWS || (!write.isEmpty() && length + row.length() > MAX_WRITE_LENGTH)) {
                writes.add(write);
                write = new ArrayList<>();
                length = 0;
            }
            write.add(new RowChange.InsertJournal(new JournalRow(instance.key(), number++, row)));
            length += row.length();
        }
        writes.add(write);
        return writes;
    }

    private List<String> texts(List<JournalEvent> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        String whole = json.writeEvents(events);
        if (whole.length() <= FULL_ROW || events.size() == 1) {
            return List.of(whole);
        }
        List<String> halves = new ArrayList<>(texts(events.subList(0, events.size() / 2)));
        halves.addAll(texts(events.subList(events.size() / 2, events.size())));
        return halves;
    }
}
