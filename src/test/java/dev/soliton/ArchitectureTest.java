package dev.soliton;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** Which way the arrows point, and what only the edges of the app may touch. */
@AnalyzeClasses(packages = "dev.soliton", importOptions = ArchitectureTest.NoTests.class)
final class ArchitectureTest {

    /** Leaves the tests out, whatever the directory is that the build has put them into. */
    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.soliton.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule authorsWriteAgainstTheJdkAlone = classes()
            .that()
            .resideInAPackage("dev.soliton.orchestration")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.soliton.orchestration", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule instancesKnowNoStorageProduct = classes()
            .that()
            .resideInAPackage("dev.soliton.instance")
            .and()
            .haveNameNotMatching(".*\\.(WorkMessage|WaitingFor)Json(\\$.*)?")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.soliton.instance", "dev.soliton.orchestration", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule theEngineKnowsNoStorageProduct = classes()
            .that()
            .resideInAPackage("dev.soliton.engine")
            .and()
            .haveNameNotMatching(".*\\.EngineJson(\\$.*)?")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.soliton.engine",
                    "dev.soliton.instance",
                    "dev.soliton.json",
                    "dev.soliton.orchestration",
                    "java..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule noCoreClassTouchesAzure = noClasses()
            .that()
            .resideInAnyPackage("dev.soliton.orchestration", "dev.soliton.instance", "dev.soliton.engine")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.azure..", "com.microsoft..");

    @ArchTest
    static final ArchRule adaptersKnowOnlyTheirPorts = noClasses()
            .that()
            .resideInAPackage("dev.soliton.azure")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.soliton.functions", "dev.soliton.app", "com.microsoft..");

    @ArchTest
    static final ArchRule theAppKnowsOnlyWhatAuthorsWriteAgainst = noClasses()
            .that()
            .resideInAPackage("dev.soliton.app")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.soliton.engine", "dev.soliton.azure", "dev.soliton.functions");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.soliton.functions.SystemWaits")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule randomNamesAreInjected = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.soliton.functions.Graph")
            .should()
            .callMethod(UUID.class, "randomUUID");
}
