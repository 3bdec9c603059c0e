package dev.soliton.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.soliton.e2e.app.ActivityLog;
import dev.soliton.e2e.app.Content;
import dev.soliton.e2e.app.Gates;
import dev.soliton.functions.TestFunctionFactory;
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
 * classes of tests, and whose own jar names the test's injector in the place of the app's.
 *
 * <p>With it come a log that its activities write to and gates that they wait at, which all hosts of this app share.
 */
public final class TestApp implements AutoCloseable {
    private static final String SERVICES = "META-INF/services/";

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
     * @param contents what it can run besides; the classes of their packages go into it
     */
    public static TestApp of(Path shipped, List<Class<? extends Content>> contents) {
        try {
            Path beside = shipped.resolve("../../test-apps").normalize();
            TestApp app = new TestApp(Files.createTempDirectory(Files.createDirectories(beside), "app-"));
            copy(shipped, app.staged());
            replaceInjector(appJar(app.staged()));
            jarContents(app.staged().resolve("lib/test-contents.jar"), contents);
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

    private static Path appJar(Path staged) throws IOException {
        try (Stream<Path> files = Files.list(staged)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void replaceInjector(Path appJar) throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(appJar)) {
            Path service = jar.getPath(SERVICES + FunctionInstanceInjector.class.getName());
            if (!Files.exists(service)) {
                throw new IllegalStateException("The app's jar names no injector that could be replaced: " + appJar);
            }
            Files.writeString(service, TestFunctionFactory.class.getName());
        }
    }

    private static void jarContents(Path jar, List<Class<? extends Content>> contents) throws IOException {
        Set<String> packages = new LinkedHashSet<>(Set.of(Content.class.getPackageName()));
        contents.forEach(content -> packages.add(content.getPackageName()));
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            Path classes = classes();
            add(
                    out,
                    classes,
                    classes.resolve(TestFunctionFactory.class.getName().replace('.', '/') + ".class"));
            for (String name : packages) {
                try (Stream<Path> paths = Files.list(classes.resolve(name.replace('.', '/')))) {
                    for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                        add(out, classes, path);
                    }
                }
            }
            out.putNextEntry(new JarEntry(SERVICES + Content.class.getName()));
            for (Class<? extends Content> content : contents) {
                out.write((content.getName() + "\n").getBytes(UTF_8));
            }
        }
    }

    private static void add(JarOutputStream out, Path classes, Path file) throws IOException {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
    }

    private static Path classes() {
        try {
            return Path.of(TestFunctionFactory.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
