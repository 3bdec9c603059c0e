package dev.soliton.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pinned Azurite in an ignored folder, one directory for each content of the lock file, and beside it the scripts that
 * run it, one directory for each content of them. Lock file and scripts are resources of this class.
 *
 * <p>A directory is filled under another name and then renamed, so one that is there under its final name is
 * whole, whatever was killed. Processes that want to install at the same time wait for each other. Directories of
 * earlier lock files stay, since an Azurite may be running from them.
 */
final class AzuriteInstallation {

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
    private static final Pattern VERSION = Pattern.compile("\"azurite\"\\s*:\\s*\"([^\"]+)\"");
    private static final Object ONE_PER_PROCESS = new Object();

    private static final List<String> PACKAGE = List.of("package.json", "package-lock.json", ".npmrc");
    private static final List<String> SCRIPTS = List.of("install.js", "run.js", "partitions.js");

    private final Path root;

    /** The installation in a folder, which is made where it is not there. */
    AzuriteInstallation(Path root) {
        this.root = root;
    }

    /** Makes a folder that Git ignores, whoever's project it is in. */
    static void createIgnored(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path ignored = folder.resolve(".gitignore");
        if (!Files.exists(ignored)) {
            Files.writeString(ignored, "*\n");
        }
    }

    /** The script that runs Azurite for as long as its standard input is open. */
    Path runScript() {
        return scripts().resolve("run.js");
    }

    private Path scripts() {
        Path target = root.resolve("scripts-" + hash(SCRIPTS));
        try {
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                createIgnored(root);
                Path unfinished = Files.createTempDirectory(root, "unpacked-");
                unpack(SCRIPTS, unfinished);
                publish(unfinished, target);
            }
            return target;
        } catch (IOException e) {
            throw new LocalSetupException("The scripts that run Azurite cannot be put into " + root + ": " + e, e);
        }
    }

    private static void unpack(List<String> names, Path directory) throws IOException {
        for (String name : names) {
            Files.write(directory.resolve(name), resource(name));
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = AzuriteInstallation.class.getResourceAsStream("azurite/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directory that holds {@code node_modules}, installed first where it is not there. */
    Path directory(PrintStream progress) {
        try {
            Path target = root.resolve("npm-" + hash(List.of("package-lock.json")));
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                createIgnored(root);
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
            unpack(PACKAGE, unfinished);
            progress.println("Installing Azurite " + version() + " (first run only)…");
            install(unfinished, progress);
            publish(unfinished, target);
        }
    }

    private void install(Path directory, PrintStream progress) throws IOException {
        String missing = Prerequisites.missing();
        if (!missing.isEmpty()) {
            throw new LocalSetupException(missing);
        }
        Process npm = new ProcessBuilder("node", scripts().resolve("install.js").toString(), directory.toString())
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

    /** Gives a directory that is whole its name; another process may have been faster. */
    private static void publish(Path unfinished, Path target) throws IOException {
        try {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw new LocalSetupException("cannot rename " + unfinished + " to " + target, e);
            }
            deleteTree(unfinished);
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

    private static String version() {
        Matcher matcher = VERSION.matcher(new String(resource("package.json"), StandardCharsets.UTF_8));
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String hash(List<String> names) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            names.forEach(name -> digest.update(resource(name)));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
