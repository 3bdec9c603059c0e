package dev.soliton.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HelloCitiesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            textBlock =
                    """
            none                | Hello Tokyo!,Hello Seattle!,Hello London!
            []                  | none
            ["Oslo"]            | Hello Oslo!
            ["Oslo","Oslo"]     | Hello Oslo!,Hello Oslo!
            ["Zürich",""]       | Hello Zürich!,Hello !
            """)
    void greetsEachName(@Nullable String input, @Nullable String greetings) throws Exception {
        assertThat(run(hello(input))).isEqualTo(greetings == null ? List.of() : List.of(greetings.split(",")));
    }

    @Test
    void greetsOneAfterAnother() throws Exception {
        List<String> names = IntStream.range(0, 60).mapToObj(i -> "City " + i).toList();
        ImmediateRun hello = hello("[\"" + String.join("\",\"", names) + "\"]");

        assertThat(run(hello))
                .isEqualTo(names.stream().map(name -> "Hello " + name + "!").toList());
        assertThat(hello.calls()).isEqualTo(Collections.nCopies(60, "SayHello"));
    }

    @Test
    void refusesNoName() {
        assertThatThrownBy(() -> run(hello("[\"Oslo\",null]")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("entry 1 is null");
    }

    private static List<?> run(ImmediateRun run) throws Exception {
        return run.run("HelloCities", List.class);
    }

    private static ImmediateRun hello(@Nullable String input) {
        return new ImmediateRun(AppRegistryTest.withoutStorage(), "hello", input);
    }
}
