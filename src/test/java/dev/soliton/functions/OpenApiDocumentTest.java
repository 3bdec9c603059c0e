package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the description is one of the functions that there are, and that it would be found out if it were not. */
final class OpenApiDocumentTest {
    private static final OpenApiDocument DESCRIPTION = OpenApiDocument.served();

    /** What the app serves over HTTP, as its annotations say: name, method and path. Names in a route tell callers nothing. */
    private static Set<String> functions() {
        Set<String> functions = new TreeSet<>();
        for (HttpFunction function : HttpFunction.all()) {
            assertThat(function.authLevel()).as(function.name()).isEqualTo(AuthorizationLevel.FUNCTION);
            functions.add(function.name() + " " + function.verb() + " /" + withoutNames(function.route()));
        }
        return functions;
    }

    @Test
    void anybodyCanCallTheDashboardAloneWhichChecksItsUsersItself() {
        assertThat(HttpFunction.ofTheDashboard()).hasSize(4).allSatisfy(function -> {
            assertThat(function.authLevel()).isEqualTo(AuthorizationLevel.ANONYMOUS);
            assertThat(function.route()).startsWith("ui/");
        });
    }

    private static String withoutNames(String path) {
        return path.replaceAll("\\{[^}]+}", "{}");
    }

    @Test
    void describesTheFunctionsThatThereAreAndNoOthers() {
        Set<String> described = new TreeSet<>();
        DESCRIPTION
                .operations()
                .forEach(operation -> described.add(
                        operation.id() + " " + operation.method() + " " + withoutNames(operation.path())));
        assertThat(described).isEqualTo(functions()).hasSizeGreaterThan(10);
    }

    @Test
    void everyPlaceInAPathIsAParameterAndTheReverse() {
        for (OpenApiDocument.Operation operation : DESCRIPTION.operations()) {
            Set<String> places = new HashSet<>(Pattern.compile("(?<=\\{)[^}]+")
                    .matcher(operation.path())
                    .results()
                    .map(MatchResult::group)
                    .toList());
            Set<String> parameters = new HashSet<>();
            for (JsonNode named : DESCRIPTION.parameters(operation)) {
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
    void formatsAndChoicesAreChecked() throws Exception {
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
