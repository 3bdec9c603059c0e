package dev.soliton.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                " null ",
                "\"\"",
                "[]",
                "[{\"a\":[1,{}]},2]",
                "1e1000",
                "-1.5E-1000",
                "1e0000000005",
                "1e+10"
            })
    void jsonWithinTheLimitsHasNoFlaw(String text) {
        assertThat(JsonText.flawOf(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{", "[1", "1 2", "[] []", "{\"a\":1}}", "nul", "01", "\ufeff1", "{a:1}"})
    void textThatIsNotJsonIsCalledThat(String text) {
        JsonText.Flaw flaw = Objects.requireNonNull(JsonText.flawOf(text));
        assertThat(flaw.isTooLarge()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"a":          | line 1, column 6.
            {"a":[1,2}     | line 1, column 10.
            {"a": tru}     | line 1, column 7.
            "no end        | line 1, column 8.
            {,             | line 1, column 2.
            1 2            | line 1, column 3.
            """)
    void whatIsWrongIsSaidWithLineAndColumnAndWithoutJacksonsOwnAffairs(String text, String place) {
        JsonText.Flaw flaw = Objects.requireNonNull(JsonText.flawOf(text));
        assertThat(flaw.message()).endsWith(", at " + place).doesNotContain("REDACTED", "Source", "StreamRead");
    }

    @Test
    void linesAreCounted() {
        JsonText.Flaw flaw = Objects.requireNonNull(JsonText.flawOf("{\n  \"a\": 1,\n  b\n}"));
        assertThat(flaw.message()).endsWith(", at line 3, column 3.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e1001",
                "1e-1001",
                "[1E100000000]",
                "{\"a\":-1e-100000000}",
                "1e2147483648",
                "1e00099999999999999999"
            })
    void exponentBeyondTheLimitIsTooLargeAndNotWrong(String text) {
        JsonText.Flaw flaw = Objects.requireNonNull(JsonText.flawOf(text));
        assertThat(flaw.isTooLarge()).isTrue();
        assertThat(flaw.message()).contains("exponent beyond 1000");
    }

    @Test
    void whatIsTooDeepOrTooLongIsTooLargeAndNotWrong() {
        for (String text : new String[] {
            "[".repeat(1_001) + "]".repeat(1_001), "1".repeat(1_001), "{\"" + "n".repeat(50_001) + "\":1}"
        }) {
            JsonText.Flaw flaw = Objects.requireNonNull(JsonText.flawOf(text));
            assertThat(flaw.isTooLarge()).isTrue();
        }
        assertThat(JsonText.flawOf("[".repeat(1_000) + "]".repeat(1_000))).isNull();
        assertThat(JsonText.flawOf("1".repeat(1_000))).isNull();
    }
}
