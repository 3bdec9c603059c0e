package dev.soliton.local.host;

import com.microsoft.azure.functions.annotation.FunctionName;
import dev.soliton.local.host.sample.HttpFunctions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** A staged folder with the sample functions' jar, to which tests add functions and settings. */
final class StagedSample {

    private static final String CLASSES = HttpFunctions.class.getPackageName() + ".";

    private final Path root;

    private StagedSample(Path root) {
        this.root = root;
    }

    static StagedSample in(Path root) throws IOException {
        Files.createDirectories(root.resolve("lib"));
        jarSampleClasses(root.resolve("sample.jar"));
        Path annotations = codeSource(FunctionName.class);
        Files.copy(annotations, root.resolve("lib").resolve(annotations.getFileName()));
        return new StagedSample(root)
                .file(
                        "host.json",
                        """
                {"version": "2.0", "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle"}}""");
    }

    private static void jarSampleClasses(Path jar) throws IOException {
        Path classes = codeSource(HttpFunctions.class);
        String folder = HttpFunctions.class.getPackageName().replace('.', '/');
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> paths = Files.list(classes.resolve(folder))) {
            for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
                out.putNextEntry(new JarEntry(folder + "/" + path.getFileName()));
                Files.copy(path, out);
            }
        }
    }

    private static Path codeSource(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Path root() {
        return root;
    }

    StagedSample file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    /** Adds a function of {@link HttpFunctions}; no methods is all methods. */
    StagedSample http(String name, String method, String route, String... methods) throws IOException {
        return function(
                name,
                "HttpFunctions." + method,
                """
                {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "FUNCTION"%s%s},
                {"type": "http", "direction": "out", "name": "$return"}"""
                        .formatted(
                                route.isEmpty() ? "" : ", \"route\": \"" + route + "\"",
                                methods.length == 0
                                        ? ""
                                        : ", \"methods\": [\"" + String.join("\", \"", List.of(methods)) + "\"]"));
    }

    /** Adds an HTTP function of the probe's, open to everybody. */
    StagedSample probe(String name, String method, String route, String... methods) throws IOException {
        return function(
                name,
                "ProbeFunctions." + method,
                """
                {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "ANONYMOUS", "route": "%s",
                 "methods": ["%s"]},
                {"type": "http", "direction": "out", "name": "$return"}"""
                        .formatted(route, String.join("\", \"", List.of(methods))));
    }

    /** Adds a function of the sample's storage functions. */
    StagedSample queue(String name, String method, String queueName) throws IOException {
        return function(
                name,
                "StorageFunctions." + method,
                """
                {"type": "queueTrigger", "direction": "in", "name": "message", "queueName": "%s",
                 "connection": "AzureWebJobsStorage"}"""
                        .formatted(queueName));
    }

    StagedSample timer(String name, String schedule) throws IOException {
        return function(
                name,
                "StorageFunctions.timer",
                """
                {"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "%s"}"""
                        .formatted(schedule));
    }

    StagedSample function(String name, String entryPoint, String bindings) throws IOException {
        return file(
                name + "/function.json",
                """
                {"scriptFile": "../sample.jar", "entryPoint": "%s", "bindings": [%s]}"""
                        .formatted(CLASSES + entryPoint, bindings));
    }
}
