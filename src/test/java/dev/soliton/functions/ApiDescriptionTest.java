package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the description is one of the functions that there are, and that it would be found out if it were not. */
final class ApiDescriptionTest {
    private static final ApiDescription DESCRIPTION = ApiDescription.served();

    /** What the app serves over HTTP, as its annotations say: name, method and path. */
    private static Set<String> functions() {
        Set<String> functions = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(DescribeApi.class.getPackageName())) {
            for (Method method : type.reflect().getDeclaredMethods()) {
                FunctionName name = method.getAnnotation(FunctionName.class);
                HttpTrigger trigger = trigger(method);
                if (name != null && trigger != null) {
                    assertThat(trigger.authLevel()).as(name.value()).isEqualTo(AuthorizationLevel.FUNCTION);
                    for (HttpMethod verb : trigger.methods()) {
                        functions.add(name.value() + " " + verb + " /" + trigger.route());
                    }
                }
            }
        }
        return functions;
    }

    private static @Nullable HttpTrigger trigger(Method method) {
        for (var annotations : method.getParameterAnnotations()) {
            for (var annotation : annotations) {
                if (annotation instanceof HttpTrigger trigger) {
                    return trigger;
                }
            }
        }
        return null;
    }

    @Test
    void describesTheFunctionsThatThereAreAndNoOthers() {
        Set<String> described = new TreeSet<>();
        DESCRIPTION
                .operations()
                .forEach(
                        operation -> described.add(operation.id() + " " + operation.method() + " " + operation.path()));
        assertThat(described).isEqualTo(functions()).hasSizeGreaterThan(10);
    }

    @Test
    void everyPlaceInAPathIsAParameterAndTheReverse() {
        for (ApiDescription.Operation operation : DESCRIPTION.operations()) {
            Set<String> places = new HashSet<>(Pattern.compile("(?<=\\{)[^}]+")
                    .matcher(operation.path())
                    .results()
                    .map(MatchResult::group)
                    .toList());
            Set<String> parameters = new HashSet<>();
            for (JsonNode parameter : operation.content().get("parameters")) {
                JsonNode named = parameter.has("$ref")
                        ? DESCRIPTION
                                .document()
                                .at(parameter.get("$ref").asText().substring(1))
                        : parameter;
                assertThat(named.path("name").asText()).as(operation.id()).isNotEmpty();
                if (named.path("in").asText().equals("path")) {
                    parameters.add(named.path("name").asText());
                }
            }
            assertThat(parameters).as(operation.id()).isEqualTo(places);
        }
    }

    @Test
    void everythingThatIsReferredToIsThereAndUsed() {
        Set<String> references = new TreeSet<>();
        DESCRIPTION.document().findValuesAsText("$ref").forEach(references::add);
        Set<String> parts = new TreeSet<>();
        for (String kind : List.of("parameters", "responses", "schemas")) {
            DESCRIPTION
                    .document()
                    .at("/components/" + kind)
                    .fieldNames()
                    .forEachRemaining(name -> parts.add("#/components/" + kind + "/" + name));
        }
        assertThat(references).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /instances/x/suspend | 200 | {}                        | not described",
                "POST | /instances/x/suspend | 202 | {}                        | body",
                "POST | /instances/x/suspend | 404 | {}                        | Message is missing",
                "POST | /instances/x/suspend | 404 | {\"Message\":1}           | type",
                "POST | /instances/x/suspend | 404 | {\"Message\":\"\",\"x\":1} | additionalProperties",
                "DELETE | /instances/x       | 200 | {\"instancesDeleted\":-1} | minimum",
                "DELETE | /instances         | 200 | {\"instancesDeleted\":1,\"more\":false} | const",
                "GET  | /instances           | 200 | {}                        | type",
                "GET  | /instances           | 200 | [{}]                      | runtimeStatus is missing",
                "GET  | /instances/x         | 200 | no                        | no JSON",
            })
    void answerIsRefusedThatIsNotAsItIsSaidToBe(String method, String path, int code, String body, String why) {
        assertThatThrownBy(() -> DESCRIPTION.check(method, path, code, body)).hasMessageContaining(why);
    }

    @Test
    void formatsAndChoicesAreHeeded() throws Exception {
        JsonNode event = DESCRIPTION.document().at("/components/schemas/HistoryEvent");
        List<String> violations = new ArrayList<>();
        DESCRIPTION.validate(
                event,
                new ObjectMapper().readTree("{\"EventType\":\"Nothing\",\"Timestamp\":\"now\",\"FailureDetails\":{}}"),
                "",
                violations::add);
        assertThat(violations.toString())
                .contains(
                        "/EventType is not of enum",
                        "/Timestamp is not of format",
                        "/FailureDetails/ErrorType is missing");
    }
}
