package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.ProjectRoot;
import dev.soliton.orchestration.PublicApi;
import dev.soliton.testkit.TestHub;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * That the public API is the one that is written down in {@code src/test/resources/public-api.txt}: a change of it is seen in
 * a review, and before it is released.
 */
final class PublicApiTest {
    private static final String OURS = "dev.soliton.";

    private static List<Class<?>> classes() throws Exception {
        List<Class<?>> all = new ArrayList<>(classesBeside(PublicApi.class, ""));
        all.addAll(classesBeside(TestHub.class, TestHub.class.getPackageName().replace('.', '/')));
        return all;
    }

    /** The classes in a folder of the place that the given one comes from. */
    private static List<Class<?>> classesBeside(Class<?> type, String folder) throws Exception {
        Path root =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root.resolve(folder))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name =
                        root.relativize(file).toString().replace('\\', '.').replace('/', '.');
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                    all.add(Class.forName(
                            name.substring(0, name.length() - ".class".length()),
                            false,
                            PublicApiTest.class.getClassLoader()));
                }
            }
        }
        return all;
    }

    private static boolean isPublic(Class<?> type) {
        if (!Modifier.isPublic(type.getModifiers())) {
            return false;
        }
        Class<?> outer = type.getDeclaringClass();
        return outer == null
                ? type.isAnnotationPresent(PublicApi.class) || type.getPackage().isAnnotationPresent(PublicApi.class)
                : isPublic(outer);
    }

    /** Whether the type is of a library, or of the public API. */
    private static boolean mayBeSeen(Class<?> type) {
        return type.isArray()
                ? mayBeSeen(type.getComponentType())
                : !type.getName().startsWith(OURS) || isPublic(type);
    }

    private static boolean isInherited(Member member) {
        return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
    }

    private static boolean mayBeSeen(Executable member) {
        return isInherited(member)
                && !member.isSynthetic()
                && Arrays.stream(member.getParameterTypes()).allMatch(PublicApiTest::mayBeSeen)
                && (!(member instanceof Method method) || mayBeSeen(method.getReturnType()));
    }

    private static String header(Class<?> type) {
        String kind = type.isAnnotation()
                ? "annotation"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        String modifiers = (Modifier.isAbstract(type.getModifiers()) && kind.equals("class") ? "abstract " : "")
                + (Modifier.isFinal(type.getModifiers()) && kind.equals("class") ? "final " : "")
                + (type.isSealed() ? "sealed " : "");
        String supers = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .filter(name -> !name.equals("java.lang.Object"))
                .collect(Collectors.joining(", "));
        return modifiers + kind + " " + type.getName()
                + Arrays.stream(type.getTypeParameters()).map(Type::getTypeName).toList() + " : " + supers;
    }

    private static Set<String> members(Class<?> type) {
        Set<String> members = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (isInherited(field) && !field.isSynthetic()) {
                members.add(field.toGenericString());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (mayBeSeen(constructor)) {
                members.add(constructor.toGenericString());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (mayBeSeen(method)) {
                members.add(method.toGenericString());
            }
        }
        return members;
    }

    private static String listing() throws Exception {
        TreeMap<String, Class<?>> types = new TreeMap<>();
        for (Class<?> type : classes()) {
            if (isPublic(type)) {
                types.put(type.getName(), type);
            }
        }
        StringBuilder listing = new StringBuilder();
        types.values().forEach(type -> {
            listing.append(header(type)).append('\n');
            members(type).forEach(member -> listing.append("  ").append(member).append('\n'));
        });
        return listing.toString();
    }

    @Test
    void publicApiIsTheOneThatIsWrittenDown() throws Exception {
        Path known = ProjectRoot.find().resolve("src/test/resources/public-api.txt");
        String now = listing();
        if (Boolean.getBoolean("soliton.api.write")) {
            Files.writeString(known, now);
        }
        List<String> written = Files.readAllLines(known);
        List<String> gone = new ArrayList<>(written);
        gone.removeAll(now.lines().toList());
        List<String> added = new ArrayList<>(now.lines().toList());
        added.removeAll(written);
        assertThat(gone.isEmpty() && added.isEmpty())
                .as(
                        """
                        The public API is not the one that is written down.
                        Gone: %s
                        New: %s
                        Where that is meant, say it in CHANGELOG; this writes src/test/resources/public-api.txt anew:
                        mvn test -Dtest=PublicApiTest -Dsoliton.api.write=true
                        """,
                        gone, added)
                .isTrue();
    }

    @Test
    void typesOfEachPackageOfAuthorsAndAppsAreSeen() throws IOException {
        assertThat(Files.readAllLines(ProjectRoot.find().resolve("src/test/resources/public-api.txt")))
                .contains("interface dev.soliton.app.SolitonApp[] : ")
                .anyMatch(line -> line.contains("dev.soliton.orchestration.OrchestrationContext.callActivity("))
                .noneMatch(line -> line.contains("dev.soliton.engine."));
    }
}
