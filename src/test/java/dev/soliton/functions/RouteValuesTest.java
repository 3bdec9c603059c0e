package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That nothing in a body or a query can hide from a function what its route says. */
final class RouteValuesTest {
    private static final Pattern PARAMETER = Pattern.compile("(?<=\\{)[^}]+");

    /**
     * The metadata of an invocation as the host puts it together: of the body, then of the query, then of the route, in a map
     * that ignores case and keeps the spelling of a key that came first.
     */
    static Map<String, String> metadata(
            Map<String, String> body, Map<String, String> query, Map<String, String> route) {
        Map<String, String> metadata = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        metadata.putAll(body);
        query.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("code")) {
                metadata.put(name, value);
            }
        });
        metadata.putAll(route);
        return Map.copyOf(
                new java.util.HashMap<>(metadata)); // on the way to the worker, whose map does not ignore case
    }

    private static List<String> spellings(String name) {
        return List.of(
                name,
                name.toUpperCase(Locale.ROOT),
                name.toLowerCase(Locale.ROOT),
                Character.toUpperCase(name.charAt(0)) + name.substring(1));
    }

    @Test
    void noSpellingOfANameInBodyOrQueryHidesAValueOfTheRoute() {
        List<String> checked = new ArrayList<>();
        for (HttpFunction function : HttpFunction.all()) {
            Map<String, String> route = new TreeMap<>();
            PARAMETER
                    .matcher(function.route())
                    .results()
                    .map(MatchResult::group)
                    .forEach(name -> route.put(name, "value of " + name));
            assertThat(function.bindingNames()).as(function.name()).containsExactlyInAnyOrderElementsOf(route.keySet());
            for (String name : function.bindingNames()) {
                for (String spelling : spellings(name)) {
                    Map<String, String> sent = Map.of(spelling, "the caller's");
                    for (Map<String, String> metadata :
                            List.of(metadata(sent, Map.of(), route), metadata(Map.of(), sent, route))) {
                        assertThat(metadata).as(function.name()).containsEntry(name, "value of " + name);
                        checked.add(name);
                    }
                }
            }
        }
        assertThat(checked).hasSizeGreaterThan(100);
    }
}
