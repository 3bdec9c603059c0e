package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.orchestration.TypeReference;
import dev.soliton.testkit.TestHub;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HelloCitiesTest {
    private final TestHub hub = new TestHub(ExamplesTest.withoutStorage());

    @AfterEach
    void close() {
        hub.close();
    }

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
    void greetsEachName(@Nullable String input, @Nullable String greetings) {
        run(input);

        assertThat(hub.output("hello", new TypeReference<List<String>>() {}))
                .isEqualTo(greetings == null ? List.of() : List.of(greetings.split(",")));
    }

    @Test
    void greetsOneAfterAnother() {
        List<String> names = IntStream.range(0, 60).mapToObj(i -> "City " + i).toList();
        run("[\"" + String.join("\",\"", names) + "\"]");

        assertThat(hub.output("hello", new TypeReference<List<String>>() {}))
                .isEqualTo(names.stream().map(name -> "Hello " + name + "!").toList());
        assertThat(hub.inputs("SayHello", String.class)).isEqualTo(names);
    }

    @Test
    void refusesNoName() {
        run("[\"Oslo\",null]");

        assertThat(hub.failure("hello"))
                .startsWith("java.lang.IllegalArgumentException")
                .contains("entry 1 is null");
    }

    private void run(@Nullable String input) {
        hub.startWithJson("HelloCities", "hello", input);
        hub.settle();
    }
}
