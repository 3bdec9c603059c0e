package dev.soliton.store;

/**
 * The port to where large JSON texts are kept. The same text is written under a name, however often, so that an answer
 * lost and a write repeated leave the same.
 */
public interface PayloadStore {

    /**
     * Stores a text.
     *
     * @throws StorageException if the storage failed; the text may be there all the same
     */
    void put(String name, String json);

    /**
     * Reads a text.
     *
     * @throws PayloadMissingException if there is none of that name
     * @throws StorageException if the storage failed
     */
    String get(String name);

    /**
     * Removes a text, if it is there.
     *
     * @throws StorageException if the storage failed
     */
    void delete(String name);

    /**
     * Removes all texts of a folder, those whose names begin with its name and a slash.
     *
     * @throws StorageException if the storage failed; some may be gone
     */
    void deleteAll(String folder);
}
