package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.annotation.FunctionName;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FunctionFactoryTest {
    private static final List<Class<?>> CLASSES = List.of(
            StartFunctions.class,
            InstanceFunctions.class,
            EngineFunctions.class,
            DashboardFunctions.class,
            ApiDescription.class);

    private static Stream<Method> publicMethods() {
        return CLASSES.stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                StartFunctions.class,
                InstanceFunctions.class,
                EngineFunctions.class,
                DashboardFunctions.class,
                ApiDescription.class
            })
    void workerGetsTheObjectOfEachClassOfFunctions(Class<?> type) {
        assertThat(new FunctionFactory().getInstance(type)).isInstanceOf(type);
    }

    @Test
    void workerIsRefusedAnObjectOfAnotherClass() {
        assertThatThrownBy(() -> new FunctionFactory().getInstance(Routes.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dev.soliton.functions.Routes");
    }

    /** By class and method name alone: it takes two methods of one name for none. */
    @Test
    void workerFindsOneMethodForEachFunction() {
        assertThat(publicMethods().map(method -> method.getDeclaringClass() + "." + method.getName()))
                .doesNotHaveDuplicates();
    }

    /** Keys and settings name functions: they stay, whatever becomes of the classes. */
    @Test
    void functionsKeepTheirNames() {
        assertThat(publicMethods()
                        .flatMap(method -> Arrays.stream(method.getAnnotationsByType(FunctionName.class)))
                        .map(FunctionName::value))
                .containsExactlyInAnyOrder(
                        "HttpStart",
                        "HttpStartSingle",
                        "RaiseOrStart",
                        "RestartInstance",
                        "GetInstance",
                        "ListInstances",
                        "PurgeInstance",
                        "PurgeInstances",
                        "RaiseEvent",
                        "TerminateInstance",
                        "SuspendInstance",
                        "ResumeInstance",
                        "RewindInstance",
                        "Orchestrator",
                        "PoisonedMessages",
                        "Sweeper",
                        "DescribeApi",
                        "GetHolding",
                        "ListOrchestrators",
                        "Health",
                        "UiApi",
                        "UiFiles");
    }

    /** The host tries routes in the order of the functions' names, and the route of the files fits all of the dashboard. */
    @Test
    void entranceOfTheDashboardComesBeforeItsFiles() {
        assertThat(HttpFunction.ofTheDashboard().stream()
                        .map(HttpFunction::name)
                        .distinct()
                        .sorted(String.CASE_INSENSITIVE_ORDER))
                .containsExactly("UiApi", "UiFiles");
    }
}
