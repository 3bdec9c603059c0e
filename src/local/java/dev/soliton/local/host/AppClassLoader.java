package dev.soliton.local.host;

import com.microsoft.azure.functions.annotation.FunctionName;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one class loader of all functions: the app's jars, the jars of the {@code lib} folder beside each, and last the
 * annotations that the worker brings along.
 *
 * <p>Its parent shows the JDK and, parent first, the libraries that the Java worker supplies: those of functions, and Gson,
 * which hides the app's own. Of this host's own class path it shows nothing else, so that a jar missing in the staged folder
 * is missed here too.
 */
final class AppClassLoader extends URLClassLoader {

    private AppClassLoader(List<URL> urls) {
        super("app", urls.toArray(URL[]::new), new WorkerLibraries());
    }

    static AppClassLoader of(Set<Path> scriptFiles) throws IOException {
        Set<Path> jars = new LinkedHashSet<>(scriptFiles);
        for (Path scriptFile : scriptFiles) {
            Optional<Path> lib = list(scriptFile.resolveSibling(".")).stream()
                    .filter(path -> Files.isDirectory(path)
                            && path.getFileName().toString().endsWith("lib"))
                    .findFirst();
            if (lib.isPresent()) {
                list(lib.get()).stream()
                        .filter(path -> path.toString().endsWith(".jar"))
                        .forEach(jars::add);
            }
        }
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(url(jar));
        }
        urls.add(FunctionName.class.getProtectionDomain().getCodeSource().getLocation());
        return new AppClassLoader(urls);
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        }
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toAbsolutePath().normalize().toUri().toURL();
    }

    /** The functions core library, the worker's spi and Gson, from this host's class path, above the JDK's platform classes. */
    private static final class WorkerLibraries extends ClassLoader {

        private static final String LIBRARY = "com.microsoft.azure.functions.";
        private static final String GSON = "com.google.gson.";

        WorkerLibraries() {
            super("worker-libraries", ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            boolean functions = name.startsWith(LIBRARY) && !name.startsWith(LIBRARY + "annotation.");
            if (functions || name.startsWith(GSON)) {
                return AppClassLoader.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
