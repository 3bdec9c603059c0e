package dev.soliton.local;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A class path of jars only, on which this code stays whole while a second build rewrites the folder that it came
 * from. The app's own classes are not on it.
 */
final class PrivateClassPath {

    private static final String PREFIX = "soliton-local-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-\\d+\\.jar");

    private final List<Path> jars;

    private PrivateClassPath(List<Path> jars) {
        this.jars = jars;
    }

    /** The jars of the given class's class path, and one made of the folder that the class itself came from. */
    static PrivateClassPath of(Class<?> type) {
        try {
            List<Path> jars = new ArrayList<>();
            Path origin = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(origin)) {
                deleteRemainsOfKilledProcesses();
                Path jar = Files.createTempFile(PREFIX + ProcessHandle.current().pid() + "-", ".jar");
                jar.toFile().deleteOnExit();
                pack(origin, jar);
                jars.add(jar);
            } else {
                jars.add(origin);
            }
            classPathOf(type).stream().filter(Files::isRegularFile).forEach(jars::add);
            return new PrivateClassPath(jars);
        } catch (Exception e) {
            throw new LocalSetupException("The local host's classes cannot be copied: " + e, e);
        }
    }

    /** As the option {@code -cp} takes it. */
    String asOption() {
        return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** A loader of these classes, and of nothing that this one's caller has loaded. */
    URLClassLoader newLoader() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        return new URLClassLoader("local", urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static Set<Path> classPathOf(Class<?> type) throws Exception {
        Set<Path> paths = new LinkedHashSet<>();
        if (type.getClassLoader() instanceof URLClassLoader loader) { // within Maven
            for (URL url : loader.getURLs()) {
                paths.add(Path.of(url.toURI()));
            }
        } else {
            Pattern.compile(Pattern.quote(File.pathSeparator))
                    .splitAsStream(System.getProperty("java.class.path", ""))
                    .forEach(entry -> paths.add(Path.of(entry).toAbsolutePath()));
        }
        return paths;
    }

    private static void deleteRemainsOfKilledProcesses() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir", "."));
        try (DirectoryStream<Path> remains = Files.newDirectoryStream(folder, PREFIX + "*.jar")) {
            for (Path jar : remains) {
                Matcher matcher = NAME.matcher(jar.getFileName().toString());
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    jar.toFile().delete(); // or not: it may be another user's
                }
            }
        }
    }

    private static void pack(Path folder, Path jar) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (Path file : files) {
                entries.putNextEntry(
                        new JarEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
    }
}
