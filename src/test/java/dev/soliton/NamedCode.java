package dev.soliton;

import com.microsoft.azure.functions.annotation.FunctionName;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The classes, methods, functions and tests of the project by the names under which the pages speak of them. */
final class NamedCode {
    private static final String TESTABLE = "org.junit.platform.commons.annotation.Testable";

    /** By their simple names; several classes may have the same. */
    private final Map<String, List<JavaClass>> code;

    private final Map<String, List<JavaClass>> tests;

    NamedCode() {
        Collection<JavaClass> all = new ClassFileImporter().importPackages("dev.soliton");
        code = bySimpleName(all, NamedCode::isOfTheApp);
        tests = bySimpleName(all, type -> !isOfTheApp(type));
    }

    private static Map<String, List<JavaClass>> bySimpleName(Collection<JavaClass> all, Predicate<JavaClass> wanted) {
        return all.stream().filter(wanted).collect(Collectors.groupingBy(JavaClass::getSimpleName));
    }

    private static boolean isOfTheApp(JavaClass type) {
        return !type.getSource().orElseThrow().getUri().getPath().contains("/test-classes/");
    }

    /** Whether the app, or its tests, have a class of that simple name. */
    boolean hasClass(String type) {
        return code.containsKey(type) || tests.containsKey(type);
    }

    /** Whether a class of the app has a method or a field of that name. */
    boolean hasMember(String type, String name) {
        return code.getOrDefault(type, List.of()).stream()
                .flatMap(found -> Stream.<JavaMember>concat(found.getMethods().stream(), found.getFields().stream()))
                .anyMatch(member -> member.getName().equals(name));
    }

    /**
     * Whether a class of tests has a test of that name.
     *
     * @param name of the test; empty for any
     */
    boolean hasTest(String type, String name) {
        return tests.getOrDefault(type, List.of()).stream()
                .flatMap(found -> found.getAllMethods().stream())
                .filter(method -> name.isEmpty() || method.getName().equals(name))
                .anyMatch(method -> method.isMetaAnnotatedWith(TESTABLE));
    }

    /** The names of the functions, as the host and its log show them. */
    Set<String> functions() {
        return code.values().stream()
                .flatMap(List::stream)
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isAnnotatedWith(FunctionName.class))
                .map((JavaMethod method) ->
                        method.getAnnotationOfType(FunctionName.class).value())
                .collect(Collectors.toSet());
    }
}
