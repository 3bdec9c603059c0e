package dev.soliton.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.soliton.local.ProjectRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the test kit, which is published, goes with any test framework. */
final class TestKitDependenciesTest {

    @Test
    void theTestKitUsesNothingThatAnAppDoesNotHave() throws Exception {
        Path sources = ProjectRoot.find().resolve("src/testkit/java");
        Set<String> kit = namesIn(sources);
        JavaClasses all = new ClassFileImporter().importPackages("dev.soliton.testkit", "dev.soliton.store");
        JavaClasses ofKit = all.that(DescribedPredicate.describe(
                "of the kit", type -> kit.contains(type.getName().replaceAll("\\$.*", ""))));

        assertThat(ofKit.size()).isGreaterThan(20);
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.soliton.testkit",
                        "dev.soliton.app",
                        "dev.soliton.azure",
                        "dev.soliton.client",
                        "dev.soliton.engine..",
                        "dev.soliton.json",
                        "dev.soliton.orchestration",
                        "dev.soliton.store",
                        "com.azure..",
                        "com.fasterxml.jackson..",
                        "java..",
                        "org.jspecify..",
                        "reactor..")
                .check(ofKit);
    }

    private static Set<String> namesIn(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> sources.relativize(file).toString())
                    .map(name ->
                            name.substring(0, name.length() - ".java".length()).replaceAll("[/\\\\]", "."))
                    .collect(Collectors.toSet());
        }
    }
}
