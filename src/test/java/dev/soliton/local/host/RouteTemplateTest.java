package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTemplateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{x:int} | 12 | true",
                "{x:int} | 2147483648 | false",
                "{x:long} | 2147483648 | true",
                "{x:bool} | True | true",
                "{x:bool} | 1 | false",
                "{x:double} | 1.5 | true",
                "{x:guid} | 0f8fad5b-d9cb-469f-a165-70867728950e | true",
                "{x:guid} | 0f8fad5b | false",
                "{x:alpha} | Ab | true",
                "{x:alpha} | a1 | false",
                "{x:length(2,3)} | abc | true",
                "{x:length(2,3)} | abcd | false",
                "{x:length(2)} | abc | false",
                "{x:minlength(2)} | a | false",
                "{x:maxlength(2)} | ab | true",
                "{x:min(3)} | 2 | false",
                "{x:max(3)} | 3 | true",
                "{x:range(1,3)} | 4 | false",
                "{x:int:min(3)} | 3 | true",
                "{x:regex(^[a-z]{{2}}:$)} | ab: | true",
                "{x:regex(^[a-z]{{2}}:$)} | abc | false",
                "a/{x} | A/b | true",
                "a/{x} | a | false",
                "a/{x} | a/ | false",
                "a/{x} | a/b/ | true",
                "a/{x} | a/b/c | false",
                "a/{x?} | a | true",
                "a/{x=5} | a | true",
                "a/{*x} | a/b/c | true",
                "a/{*x} | a | true",
            })
    void matches(String template, String path, boolean expected) {
        assertThat(new RouteTemplate("", template).match(path).isPresent()).isEqualTo(expected);
    }

    @Test
    void valuesStandAsTheyAreDefaultsAreFilledInAndOmittedOnesMissing() {
        assertThat(new RouteTemplate("api", "a/{x}").match("api/a/b%2Fc d+e")).hasValue(Map.of("x", "b%2Fc d+e"));
        assertThat(new RouteTemplate("api", "a/{x=5}").match("api/a")).hasValue(Map.of("x", "5"));
        assertThat(new RouteTemplate("api", "a/{x?}").match("api/a")).hasValue(Map.of());
        assertThat(new RouteTemplate("api", "{*x}").match("api/b/c")).hasValue(Map.of("x", "b/c"));
        assertThat(new RouteTemplate("api", "a").match("a")).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{x:datetime} | datetime", "{x:even(2)} | even(2)", "a{x} | a{x}", "admin/x | conflicts"})
    void whatIsNotSupportedIsNamed(String template, String named) {
        assertThatThrownBy(() -> new RouteTemplate("", template))
                .isInstanceOf(FunctionInError.class)
                .hasMessageContaining(named);
    }
}
