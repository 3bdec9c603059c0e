package dev.soliton.local.host;

import com.azure.storage.queue.models.QueueMessageItem;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The messages that a host has received and not answered yet, each noted in a file with its pop receipt. The real host is a
 * process of its own and knows them when Java dies; here whoever started the two as one JVM reads them after its death.
 *
 * <p>What the storage has given out and this has not noted yet, some milliseconds' worth, stays hidden until its lease ends.
 */
final class HeldMessages {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean forgotten;

    /**
     * A message that is held.
     *
     * @param connection the name of the setting that leads to its storage, as the trigger has it
     * @param text as it was put into the queue
     */
    record Held(
            String function,
            String connection,
            String queue,
            String id,
            String popReceipt,
            long dequeueCount,
            String text) {

        static Held of(String function, String connection, String queue, QueueMessageItem message) {
            return new Held(
                    function,
                    connection,
                    queue,
                    message.getMessageId(),
                    message.getPopReceipt(),
                    message.getDequeueCount(),
                    MessageText.raw(message));
        }

        Held renewed(String receipt) {
            return new Held(function, connection, queue, id, receipt, dequeueCount, text);
        }
    }

    /** The note of one message. */
    final class Note {
        private Held held;
        private Path file;

        private Note(Held held) {
            this.held = held;
            this.file = write(held);
        }

        /** The older receipt is good for nothing any more. */
        synchronized void renewed(String popReceipt) {
            held = held.renewed(popReceipt);
            Path older = file;
            file = write(held);
            delete(older);
        }

        /** It is deleted, given back, or lost. */
        synchronized void answered() {
            delete(file);
        }
    }

    /** Notes in a folder that is there. */
    HeldMessages(Path folder) {
        this.folder = folder;
    }

    Note note(Held held) {
        return new Note(held);
    }

    /** Once the host is gone nobody knows them any more. */
    void forgetAll() {
        forgotten = true;
        try {
            paths(folder).forEach(HeldMessages::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(Held held) {
        Path file = folder.resolve(numbers.incrementAndGet() + ".json");
        if (!forgotten) {
            try {
                Files.write(file, JSON.writeValueAsBytes(held));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return file;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes the notes of a JVM that is dead out of its folder, but for one that it was just writing. */
    static List<Held> take(Path folder) throws IOException {
        List<Held> all = new ArrayList<>();
        for (Path path : paths(folder)) {
            byte[] text = Files.readAllBytes(path);
            Files.delete(path);
            try {
                all.add(JSON.readValue(text, Held.class));
            } catch (IOException half) {
                // as if it had died before it noted it
            }
        }
        return all;
    }

    private static List<Path> paths(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(paths::add);
        }
        return paths;
    }
}
