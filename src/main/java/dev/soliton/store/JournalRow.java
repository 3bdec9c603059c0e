package dev.soliton.store;

/**
 * The events that one commit added to the journal of an execution.
 *
 * @param key which run of which instance
 * @param number the row's place in the journal, from 0
 * @param events the events, as the engine writes them; at most {@link #MAX_LENGTH} characters
 */
public record JournalRow(ExecutionKey key, int number, String events) {
    /**
     * The longest text of one row, in UTF-16 characters: what fits into an Azure table entity of 1 MiB, in properties
     * of at most 32 Ki characters each, with room for the rest.
     */
    public static final int MAX_LENGTH = 400_000;

    /** Checks the limit. */
    public JournalRow {
        if (events.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "A journal row has at most " + MAX_LENGTH + " characters, not " + events.length() + ".");
        }
    }
}
