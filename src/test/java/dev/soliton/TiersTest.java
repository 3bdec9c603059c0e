package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.junit.AnalyzeClasses;
import dev.soliton.local.ProjectRoot;
import java.io.File;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * That each class of tests is in a tier of the build: {@code mvn test} runs those without a tag, {@code mvn verify} those with a
 * tag other than {@code full} as well, and {@code mvn verify -Pfull} all. Maven finds the classes by their names.
 */
final class TiersTest {
    private static final List<String> TAGS = List.of("simulation", "slow", "integration", "full");

    /** Of classes of the tier full that need something which not every machine has: they are skipped without it. */
    private static final String BROWSER = "browser";

    private static final String TESTABLE = "org.junit.platform.commons.annotation.Testable";

    /** What keeps a class of tests from being run in one tier exactly; empty if nothing does. */
    private static String flawOf(String name, Set<String> all) {
        Set<String> tags = all.stream().filter(tag -> !tag.equals(BROWSER)).collect(Collectors.toSet());
        if (all.contains(BROWSER) && !tags.contains("full")) {
            return "what needs a browser is in the tier full";
        } else if (!name.endsWith("Test") && !name.endsWith("IT")) {
            return "Maven finds no class of that name";
        } else if (!TAGS.containsAll(tags)) {
            return "no tier has the tags " + tags;
        } else if (tags.size() > 1) {
            return "it is in several tiers: " + tags;
        } else if (name.endsWith("IT") && !tags.contains("integration") && !tags.contains("full")) {
            return "what needs the staged app or Azurite is run by mvn verify, under the tag integration or full";
        }
        return "";
    }

    private static boolean hasTests(Class<?> type) {
        return !Modifier.isAbstract(type.getModifiers())
                && Stream.<Class<?>>iterate(type, Objects::nonNull, Class::getSuperclass)
                        .flatMap(each -> Stream.concat(
                                Arrays.stream(each.getDeclaredMethods()), Arrays.stream(each.getDeclaredFields())))
                        .anyMatch(TiersTest::isTest);
    }

    /** Whether an annotation, or an annotation of that, says that a test engine runs it. */
    private static boolean isTest(AnnotatedElement member) {
        return Arrays.stream(member.getAnnotations())
                .map(Annotation::annotationType)
                .flatMap(type -> Stream.concat(
                        Stream.of(type), Arrays.stream(type.getAnnotations()).map(Annotation::annotationType)))
                .anyMatch(type -> Arrays.stream(type.getAnnotations())
                        .anyMatch(each -> each.annotationType().getName().equals(TESTABLE)));
    }

    private static Set<String> tagsOf(Class<?> type) {
        return Arrays.stream(type.getAnnotationsByType(Tag.class))
                .map(Tag::value)
                .collect(Collectors.toSet());
    }

    private static List<Class<?>> compiledTests() throws Exception {
        Path root = Path.of(TiersTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = root.relativize(file).toString();
                if (name.matches("[^$]+\\.class") && !name.endsWith("-info.class")) {
                    String type =
                            name.substring(0, name.length() - ".class".length()).replace(File.separatorChar, '.');
                    types.add(Class.forName(type, false, TiersTest.class.getClassLoader()));
                }
            }
        }
        return types;
    }

    @Test
    void eachClassOfTestsIsInOneTier() throws Exception {
        Map<String, String> flaws = new TreeMap<>();
        int classes = 0;
        for (Class<?> type : compiledTests()) {
            if (hasTests(type)) {
                classes++;
                String flaw = flawOf(type.getSimpleName(), tagsOf(type));
                if (!flaw.isEmpty()) {
                    flaws.put(type.getName(), flaw);
                } else if (type.isAnnotationPresent(AnalyzeClasses.class)
                        && !tagsOf(type).isEmpty()) {
                    flaws.put(type.getName(), "ArchUnit does not heed JUnit's tags");
                }
            }
        }
        assertThat(flaws).isEmpty();
        assertThat(classes).isGreaterThan(200);
    }

    @ParameterizedTest
    @CsvSource({
        "WorkerTest, '', true",
        "WorkerTest, slow, true",
        "SimulationTest, simulation, true",
        "SingletonIT, integration, true",
        "ChaosIT, full, true",
        "ChaosIT, '', false",
        "ChaosIT, slow, false",
        "PageIT, full browser, true",
        "PageIT, integration browser, false",
        "PageTest, browser, false",
        "WorkerTest, nightly, false",
        "WorkerTest, slow full, false",
        "WorkerTests, '', false",
        "WorkerCase, full, false",
    })
    void aClassThatNoTierRunsIsSeen(String name, String tags, boolean right) {
        Set<String> all = tags.isEmpty() ? Set.of() : Set.of(tags.split(" ", -1));
        assertThat(flawOf(name, all).isEmpty()).isEqualTo(right);
    }

    @Test
    void theBuildHasTheSameTiers() throws IOException {
        String pom = Files.readString(ProjectRoot.find().resolve("pom.xml"));

        String all = String.join(" | ", TAGS);
        assertThat(pom)
                .contains("<soliton.tags.later>" + all + "</soliton.tags.later>")
                .contains("<soliton.tags.verify>" + all.replace(" | full", "") + "</soliton.tags.verify>")
                .contains("<excludedGroups>${soliton.tags.later}</excludedGroups>")
                .contains("<groups>${soliton.tags.verify}</groups>");
    }
}
