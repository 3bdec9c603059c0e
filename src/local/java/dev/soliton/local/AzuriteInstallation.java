package dev.soliton.local;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pinned Azurite in the project's ignored folder, one directory for each content of the lock file.
 *
 * <p>A directory is filled under another name and then renamed, so one that is there under its final name is
 * whole, whatever was killed. Processes that want to install at the same time wait for each other. Directories of
 * earlier lock files stay, since an Azurite may be running from them.
 */
final class AzuriteInstallation {

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
    private static final Pattern VERSION = Pattern.compile("\"azurite\"\\s*:\\s*\"([^\"]+)\"");
    private static final Object ONE_PER_PROCESS = new Object();

    private final Path sources;
    private final Path root;

    AzuriteInstallation(Path project) {
        this.sources = project.resolve("src/local/azurite");
        this.root = project.resolve(".azurite");
    }

    /** The script that runs Azurite for as long as its standard input is open. */
    Path runScript() {
        return sources.resolve("run.js");
    }

    /** The directory that holds {@code node_modules}, installed first where it is not there. */
    Path directory(PrintStream progress) {
        try {
            Path target = root.resolve("npm-" + lockHash());
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(root);
                synchronized (ONE_PER_PROCESS) { // a file lock is refused to a second thread, not queued
                    installLocked(target, progress);
                }
            }
            return target;
        } catch (IOException e) {
            throw new LocalSetupException("Azurite cannot be installed in " + root + ": " + e, e);
        }
    }

    private void installLocked(Path target, PrintStream progress) throws IOException {
        try (FileChannel file =
                FileChannel.open(root.resolve("install.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.lock(); // released with the channel, and with the process
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                return; // by another process meanwhile
            }
            deleteRemainsOfKilledInstalls();
            Path unfinished = Files.createTempDirectory(root, "unfinished-");
            for (String name : List.of("package.json", "package-lock.json", ".npmrc")) {
                Files.copy(sources.resolve(name), unfinished.resolve(name));
            }
            progress.println("Installing Azurite " + version() + " (first run only)…");
            install(unfinished, progress);
            publish(unfinished, target);
        }
    }

    private void install(Path directory, PrintStream progress) throws IOException {
        Process npm = new ProcessBuilder("node", sources.resolve("install.js").toString(), directory.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        ProcessOutput output = ProcessOutput.of(npm, line -> {});
        try {
            long begun = System.nanoTime();
            while (!npm.waitFor(1, TimeUnit.SECONDS)) {
                progress.print('.');
                progress.flush();
                if (System.nanoTime() - begun > INSTALL_LIMIT.toNanos()) {
                    throw new LocalSetupException(
                            "npm did not install Azurite within " + INSTALL_LIMIT + ":\n" + output.tail(npm));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalSetupException("interrupted while npm installed Azurite", e);
        } finally {
            npm.getOutputStream().close(); // the script ends npm with it
        }
        if (npm.exitValue() != 0) {
            progress.println();
            throw new LocalSetupException(
                    "npm could not install Azurite (exit code " + npm.exitValue() + "):\n" + output.tail(npm));
        }
        progress.println(" done");
    }

    private static void publish(Path unfinished, Path target) throws IOException {
        try {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
            throw new LocalSetupException("cannot rename " + unfinished + " to " + target, e);
        }
    }

    private void deleteRemainsOfKilledInstalls() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            entries.filter(entry -> entry.getFileName().toString().startsWith("unfinished-"))
                    .forEach(AzuriteInstallation::deleteTree);
        }
    }

    static void deleteTree(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String version() throws IOException {
        Matcher matcher = VERSION.matcher(Files.readString(sources.resolve("package.json")));
        return matcher.find() ? matcher.group(1) : "";
    }

    private String lockHash() throws IOException {
        try {
            byte[] lock = Files.readAllBytes(sources.resolve("package-lock.json"));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(lock);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
