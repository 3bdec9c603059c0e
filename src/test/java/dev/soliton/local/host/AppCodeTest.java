package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AppCodeTest {
    @TempDir
    private Path folder;

    /** The injector of an app, or of a library that it brings along. */
    public static final class OwnInjector implements FunctionInstanceInjector {
        @Override
        public <T> T getInstance(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }

    /** Another. */
    public static final class OtherInjector implements FunctionInstanceInjector {
        @Override
        public <T> T getInstance(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }

    /** A jar that names an injector. */
    private Path jar(String name, Class<? extends FunctionInstanceInjector> injector) throws IOException {
        Path jar = folder.resolve(name);
        String file = injector.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("META-INF/services/" + FunctionInstanceInjector.class.getName()));
            entries.write(injector.getName().getBytes(StandardCharsets.UTF_8));
            entries.putNextEntry(new JarEntry(file));
            entries.write(injector.getClassLoader().getResourceAsStream(file).readAllBytes());
        }
        return jar;
    }

    @Test
    void oneInjectorIsTaken() throws IOException {
        assertThat(AppCode.load(Set.of(jar("own.jar", OwnInjector.class)))).isNotNull();
    }

    @Test
    void twoInjectorsAreRefusedAsByTheWorker() throws IOException {
        Set<Path> jars = Set.of(jar("own.jar", OwnInjector.class), jar("other.jar", OtherInjector.class));
        assertThatExceptionOfType(HostInError.class)
                .isThrownBy(() -> AppCode.load(jars))
                .withMessageContaining("more than one FunctionInstanceInjector");
    }
}
