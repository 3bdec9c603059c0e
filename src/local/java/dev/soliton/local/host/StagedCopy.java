package dev.soliton.local.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A private copy of a staged folder in the temporary directory, and beside it a place for the messages that its host holds. The
 * name of the folder of both has the id of the process that made it, so that
 * the next one can tell, and remove, what was left behind by processes that were killed.
 */
record StagedCopy(Path folder) {

    private static final String PREFIX = "soliton-host-";

    static StagedCopy of(Path stagedRoot) throws IOException {
        if (!Files.isDirectory(stagedRoot)) {
            throw new NoSuchFileException(stagedRoot.toString(), null, "there is no staged function app");
        }
        StagedCopy copy = new StagedCopy(
                Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-"));
        deleteLeftovers(copy.folder().resolveSibling("."));
        Files.createDirectory(copy.held());
        try (Stream<Path> sources = Files.walk(stagedRoot)) {
            for (Path source : (Iterable<Path>) sources::iterator) {
                Path target = copy.root().resolve(stagedRoot.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(source, target);
                }
            }
        }
        return copy;
    }

    /** What is served. */
    Path root() {
        return folder.resolve("app");
    }

    /** Where the host notes the messages that it holds. */
    Path held() {
        return folder.resolve("held");
    }

    private static void deleteLeftovers(Path temporary) throws IOException {
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(temporary, PREFIX + "*-*")) {
            for (Path copy : copies) {
                String pid =
                        copy.getFileName().toString().substring(PREFIX.length()).split("-", -1)[0];
                if (pid.matches("\\d{1,18}")
                        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    new StagedCopy(copy).delete();
                }
            }
        }
    }

    /** Deletes what can be deleted: a leftover in the temporary directory is no reason to fail. */
    void delete() {
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            folder.toFile().deleteOnExit();
        }
    }
}
