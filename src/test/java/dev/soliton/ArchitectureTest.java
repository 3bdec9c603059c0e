package dev.soliton;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.soliton.orchestration.ParentInstance;
import dev.soliton.orchestration.SolitonException;
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
            slices().matching("dev.soliton.(**)").should().beFreeOfCycles();

    /** Each package uses those below it, and none above. */
    @ArchTest
    static final ArchRule arrowsPointDownwards = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.soliton..")
            .layer("functions")
            .definedBy("dev.soliton.functions")
            .layer("app")
            .definedBy("dev.soliton.app")
            .layer("examples")
            .definedBy("dev.soliton.examples")
            .layer("remote")
            .definedBy("dev.soliton.remote")
            .layer("azure")
            .definedBy("dev.soliton.azure")
            .layer("engine")
            .definedBy("dev.soliton.engine")
            .layer("turn")
            .definedBy("dev.soliton.engine.turn")
            .layer("replay")
            .definedBy("dev.soliton.engine.replay")
            .layer("commit")
            .definedBy("dev.soliton.engine.commit")
            .layer("worker")
            .definedBy("dev.soliton.engine.worker")
            .layer("runtime")
            .definedBy("dev.soliton.engine.runtime")
            .layer("journal")
            .definedBy("dev.soliton.engine.journal")
            .layer("client")
            .definedBy("dev.soliton.client")
            .layer("store")
            .definedBy("dev.soliton.store")
            .whereLayer("functions")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("azure")
            .mayOnlyBeAccessedByLayers("functions", "remote")
            .whereLayer("app")
            .mayOnlyBeAccessedByLayers("functions", "examples")
            .whereLayer("examples")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("remote")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("functions")
            .whereLayer("turn")
            .mayOnlyBeAccessedByLayers("functions", "engine")
            .whereLayer("replay")
            .mayOnlyBeAccessedByLayers("engine", "turn")
            .whereLayer("commit")
            .mayOnlyBeAccessedByLayers("engine", "turn")
            .whereLayer("worker")
            .mayOnlyBeAccessedByLayers("functions", "engine", "turn", "commit")
            .whereLayer("runtime")
            .mayOnlyBeAccessedByLayers("functions", "engine", "turn", "replay", "commit", "worker")
            .whereLayer("journal")
            .mayOnlyBeAccessedByLayers("engine", "turn", "replay", "commit", "runtime")
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("functions", "app", "remote", "engine", "turn", "commit", "runtime");

    @ArchTest
    static final ArchRule authorsWriteAgainstTheJdkAlone = classes()
            .that()
            .resideInAPackage("dev.soliton.orchestration")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.soliton.orchestration", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule theStorePortKnowsNoStorageProduct = classes()
            .that()
            .resideInAPackage("dev.soliton.store")
            .and()
            .haveNameNotMatching(".*\\.(WorkMessage|WaitingFor)Json(\\$.*)?")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.soliton.store", "dev.soliton.orchestration", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule theClientKnowsTheStorePortAlone = classes()
            .that()
            .resideInAPackage("dev.soliton.client")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.soliton.client", "dev.soliton.store", "dev.soliton.orchestration", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule theEngineKnowsNoStorageProduct = classes()
            .that()
            .resideInAPackage("dev.soliton.engine..")
            .and()
            .haveNameNotMatching(".*\\.EngineJson(\\$.*)?")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.soliton.engine..",
                    "dev.soliton.client",
                    "dev.soliton.store",
                    "dev.soliton.json",
                    "dev.soliton.orchestration",
                    "java..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule noCoreClassTouchesAzure = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.soliton.orchestration", "dev.soliton.store", "dev.soliton.client", "dev.soliton.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.azure..", "com.microsoft..");

    @ArchTest
    static final ArchRule adaptersSeeThePortsAlone = classes()
            .that()
            .resideInAPackage("dev.soliton.azure")
            .should()
            .onlyDependOnClassesThat(resideOutsideOfPackage("dev.soliton..")
                    .or(resideInAnyPackage("dev.soliton.azure", "dev.soliton.store"))
                    .or(type(SolitonException.class))
                    .or(type(ParentInstance.class)));

    @ArchTest
    static final ArchRule adaptersKnowNoHost = noClasses()
            .that()
            .resideInAPackage("dev.soliton.azure")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.microsoft..");

    @ArchTest
    static final ArchRule theAppKnowsOnlyWhatAuthorsWriteAgainst = noClasses()
            .that()
            .resideInAPackage("dev.soliton.examples")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.soliton.client",
                    "dev.soliton.store",
                    "dev.soliton.engine..",
                    "dev.soliton.azure",
                    "dev.soliton.functions");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.soliton.store.SystemWaits")
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
            .doNotHaveFullyQualifiedName("dev.soliton.functions.AppObjects")
            .and()
            .doNotHaveFullyQualifiedName("dev.soliton.remote.OrchestrationClientBuilder")
            .should()
            .callMethod(UUID.class, "randomUUID");
}
