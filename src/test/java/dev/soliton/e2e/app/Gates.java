package dev.soliton.e2e.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Gates that activities wait at until a test opens them: files in a folder, so that they outlive whatever process gets
 * killed. A gate belongs to an instance; once open, it stays open.
 */
public final class Gates {
    /** The environment variable that names the folder. */
    public static final String SETTING = "TEST_GATES";

    private final Path folder;

    public Gates(Path folder) {
        this.folder = folder;
    }

    /** The gates of this process, as its environment says. */
    static Gates ofProcess() {
        return new Gates(Path.of(Objects.requireNonNull(System.getenv(SETTING), SETTING)));
    }

    /** Opens a gate, before or after somebody stands there. */
    public void open(String instance, String gate) {
        create(file(instance, gate, "open"));
    }

    /** Whether somebody has come to a gate. */
    public boolean isReached(String instance, String gate) {
        return Files.exists(file(instance, gate, "reached"));
    }

    /** Whether a gate is open. */
    boolean isOpen(String instance, String gate) {
        return Files.exists(file(instance, gate, "open"));
    }

    /** Waits at a gate until it is open. */
    void pass(String instance, String gate) throws InterruptedException {
        create(file(instance, gate, "reached"));
        while (!isOpen(instance, gate)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Path file(String instance, String gate, String what) {
        return folder.resolve(instance + "." + gate + "." + what);
    }

    private static void create(Path file) {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException wanted) {
            // Once is enough.
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }
}
