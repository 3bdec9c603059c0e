package dev.soliton.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.soliton.app.SolitonApp;
import dev.soliton.e2e.app.ActivityLog;
import dev.soliton.e2e.app.Gates;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The staged app with more in it: a copy of the folder that would be deployed, in whose {@code lib} lies a jar with
 * apps of tests.
 *
 * <p>With it come a log that its activities write to and gates that they wait at, which all hosts of this app share.
 */
public final class TestApp implements AutoCloseable {
    private final Path folder;
    private final ActivityLog log;
    private final Gates gates;

    private TestApp(Path folder) throws IOException {
        this.folder = folder;
        this.log = new ActivityLog(folder.resolve("activities.log"));
        this.gates = new Gates(Files.createDirectory(folder.resolve("gates")));
    }

    /**
     * Stages an app.
     *
     * @param shipped the staged app
     * @param apps what it can run besides; the classes of their packages go into it
     */
    public static TestApp of(Path shipped, List<Class<? extends SolitonApp>> apps) {
        try {
            Path beside = shipped.resolve("../../test-apps").normalize();
            TestApp app = new TestApp(Files.createTempDirectory(Files.createDirectories(beside), "app-"));
            copy(shipped, app.staged());
            jarApps(app.staged().resolve("lib/test-apps.jar"), apps);
            return app;
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** The folder that a host can serve. */
    public Path staged() {
        return folder.resolve("staged");
    }

    /** The settings that its activities need. */
    public Map<String, String> settings() {
        return Map.of(
                ActivityLog.SETTING,
                folder.resolve("activities.log").toString(),
                Gates.SETTING,
                folder.resolve("gates").toString());
    }

    public ActivityLog log() {
        return log;
    }

    public Gates gates() {
        return gates;
    }

    /** Adds an HTTP function of its own, whose method is {@code serve}, for POST. */
    public TestApp function(Class<?> type, String route) {
        try {
            Path folder = Files.createDirectory(staged().resolve(type.getSimpleName()));
            Files.writeString(
                    folder.resolve("function.json"),
                    """
                    {"scriptFile": "../%s", "entryPoint": "%s.serve", "bindings": [
                      {"type": "httpTrigger", "direction": "in", "name": "request", "route": "%s",
                       "methods": ["POST"], "authLevel": "FUNCTION"},
                      {"type": "http", "direction": "out", "name": "$return"}]}"""
                            .formatted(library().getFileName(), type.getName(), route));
            return this;
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** Has the worker use that injector: the library is that of the classifier {@code bare}, which names none. */
    public TestApp injector(Class<? extends FunctionInstanceInjector> type) {
        String service = "META-INF/services/" + FunctionInstanceInjector.class.getName();
        try (FileSystem library = FileSystems.newFileSystem(library());
                FileSystem own = FileSystems.newFileSystem(staged().resolve("lib/test-apps.jar"))) {
            Files.delete(library.getPath(service));
            Files.writeString(own.getPath(service), type.getName());
            return this;
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private Path library() throws IOException {
        try (Stream<Path> files = Files.list(staged())) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Deletes it. */
    @Override
    public void close() {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static void jarApps(Path jar, List<Class<? extends SolitonApp>> apps) throws IOException {
        Set<String> packages = new LinkedHashSet<>(Set.of(ActivityLog.class.getPackageName()));
        apps.forEach(app -> packages.add(app.getPackageName()));
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            Path classes = classes();
            for (String name : packages) {
                try (Stream<Path> paths = Files.list(classes.resolve(name.replace('.', '/')))) {
                    for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                        add(out, classes, path);
                    }
                }
            }
            out.putNextEntry(new JarEntry("META-INF/services/" + SolitonApp.class.getName()));
            for (Class<? extends SolitonApp> app : apps) {
                out.write((app.getName() + "\n").getBytes(UTF_8));
            }
        }
    }

    private static void add(JarOutputStream out, Path classes, Path file) throws IOException {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
    }

    private static Path classes() {
        try {
            return Path.of(TestApp.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
