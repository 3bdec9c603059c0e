package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.ProjectRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the page about reading the code leads to classes, methods, functions and tests that there are. */
final class ReadingPageTest {
    /** A name that begins as a class does, alone or with one of its members. */
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z]+)(?:\\.(\\w+))?`");

    private static final List<String> OF_JAVA = List.of("Error");

    private static NamedCode code;

    @BeforeAll
    static void readClasses() {
        code = new NamedCode();
    }

    private static boolean isThere(String type, String member) {
        if (member == null) {
            return code.hasClass(type) || code.functions().contains(type) || OF_JAVA.contains(type);
        }
        return code.hasMember(type, member) || code.hasTest(type, member);
    }

    private static List<String> missing(String page) {
        return NAME.matcher(page)
                .results()
                .filter(name -> !isThere(name.group(1), name.group(2)))
                .map(name -> name.group())
                .distinct()
                .toList();
    }

    @Test
    void pageNamesOnlyCodeThatThereIs() throws IOException {
        String page = Files.readString(ProjectRoot.find().resolve("docs/reading-the-code.md"));

        assertThat(NAME.matcher(page).results().count()).isGreaterThan(50);
        assertThat(missing(page)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "`Decision`, true",
        "`Decision.of`, true",
        "`DecisionTest`, true",
        "`HttpStartSingle`, true",
        "`Idempotency-Key`, true",
        "`Judgement`, false",
        "`Decision.judge`, false",
        "`HttpStartNone`, false",
    })
    void missingNamesAreFound(String text, boolean right) {
        assertThat(missing(text).isEmpty()).isEqualTo(right);
    }
}
