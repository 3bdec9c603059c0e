package dev.soliton.local.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A private copy of a staged folder in the temporary directory. */
record StagedCopy(Path root) {

    static StagedCopy of(Path stagedRoot) throws IOException {
        if (!Files.isDirectory(stagedRoot)) {
            throw new NoSuchFileException(stagedRoot.toString(), null, "there is no staged function app");
        }
        Path root = Files.createTempDirectory("soliton-host-");
        try (Stream<Path> sources = Files.walk(stagedRoot)) {
            for (Path source : (Iterable<Path>) sources::iterator) {
                Path target = root.resolve(stagedRoot.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(source, target);
                }
            }
        }
        return new StagedCopy(root);
    }

    /** Deletes what can be deleted: a leftover in the temporary directory is no reason to fail. */
    void delete() {
        try (Stream<Path> paths = Files.walk(root)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            root.toFile().deleteOnExit();
        }
    }
}
