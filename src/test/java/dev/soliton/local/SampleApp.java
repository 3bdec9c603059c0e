package dev.soliton.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A staged function app of one function, for tests that must not depend on the real one. */
final class SampleApp {

    private static final String FUNCTION =
            """
            {
              "scriptFile": "../sample.jar",
              "entryPoint": "dev.soliton.local.GatedFunction.run",
              "bindings": [
                {"type": "httpTrigger", "direction": "in", "name": "request", "methods": ["POST"],
                 "authLevel": "ANONYMOUS", "route": "gated"},
                {"type": "http", "direction": "out", "name": "$return"}
              ]
            }
            """;

    private SampleApp() {}

    /** Stages {@link GatedFunction} as {@code POST api/gated}. */
    static void stage(Path folder) throws IOException {
        Files.writeString(folder.resolve("host.json"), "{\"version\": \"2.0\"}");
        Path function = Files.createDirectory(folder.resolve("Gated"));
        Files.writeString(function.resolve("function.json"), FUNCTION);
        String name = GatedFunction.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(folder.resolve("sample.jar"));
                JarOutputStream jar = new JarOutputStream(file);
                InputStream code =
                        Objects.requireNonNull(GatedFunction.class.getResourceAsStream("GatedFunction.class"))) {
            jar.putNextEntry(new JarEntry(name));
            code.transferTo(jar);
        }
    }
}
