package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.ProjectRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the lines of the pages can be read in a terminal, where Markdown allows it to break them. */
final class PageLinesTest {
    private static final int MOST = 120;

    /** The line that says where a link leads. */
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]+\\]: \\S+");

    static List<Path> pages() throws IOException {
        Path project = ProjectRoot.find();
        try (Stream<Path> top = Files.list(project);
                Stream<Path> docs = Files.list(project.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** The lines of prose that are too long. Rows of tables, code, and where links lead cannot be broken. */
    private static List<String> tooLong(List<String> page) {
        List<String> found = new ArrayList<>();
        boolean isCode = false;
        for (String line : page) {
            if (line.strip().startsWith("```")) {
                isCode = !isCode;
            } else if (line.length() > MOST
                    && !isCode
                    && !line.startsWith("|")
                    && !LINK.matcher(line).matches()) {
                found.add(line);
            }
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void proseOfAPageHasNoLongLines(Path page) throws IOException {
        assertThat(tooLong(Files.readAllLines(page))).isEmpty();
    }

    @Test
    void longLinesOfProseAreFoundAndOthersLetPass() {
        String prose = "word ".repeat(25).strip();
        assertThat(tooLong(List.of(
                        "x".repeat(MOST),
                        "| " + prose + " |",
                        "[there]: https://example.com/" + "x".repeat(MOST),
                        "```",
                        "code " + prose,
                        "```",
                        prose,
                        "- " + prose)))
                .containsExactly(prose, "- " + prose);
    }
}
