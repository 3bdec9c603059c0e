package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.ProjectRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That a class of the app has at most 300 lines, or says in its Javadoc why it has more. */
final class ClassLengthTest {
    private static final int LIMIT = 300;

    /** The words with which the head of a longer class begins its reason. */
    private static final String REASON = "longer than " + LIMIT + " lines";

    private static final Pattern DECLARATION = Pattern.compile(
            "^(public |final |abstract |sealed |non-sealed )*(class|interface|record|enum|@interface) ",
            Pattern.MULTILINE);

    @Test
    void classIsAtMostThreeHundredLinesLongOrSaysWhyItIsLonger() throws IOException {
        assertThat(files()).hasSizeGreaterThan(100).allSatisfy(file -> assertThat(isInOrder(Files.readString(file)))
                .as("%s has more than %s lines and no reason", file.getFileName(), LIMIT)
                .isTrue());
    }

    @Test
    void classThatSaysWhyItIsLongerIsLonger() throws IOException {
        List<Path> longer = files().stream()
                .filter(file -> head(read(file)).contains(REASON))
                .toList();
        assertThat(longer).isNotEmpty().allSatisfy(file -> assertThat(lines(read(file)))
                .as("%s has a reason that it does not need", file.getFileName())
                .isGreaterThan(LIMIT));
    }

    @ParameterizedTest
    @CsvSource({"300, , true", "301, , false", "301, The class is longer than 300 lines: why., true"})
    void lengthIsMeasuredAndTheReasonIsReadInTheHeadOnly(int lines, String reason, boolean inOrder) {
        String head = "/** A class. " + (reason == null ? "" : reason) + " */\n";
        String body = "class C {\n" + "    // The class is longer than 300 lines.\n".repeat(lines - 3) + "}\n";
        assertThat(isInOrder(head + body)).isEqualTo(inOrder);
    }

    private static boolean isInOrder(String source) {
        return lines(source) <= LIMIT || head(source).contains(REASON);
    }

    private static long lines(String source) {
        return source.lines().count();
    }

    /** What stands in front of the declaration of the class: its Javadoc. */
    private static String head(String source) {
        return DECLARATION.split(source, 2)[0].replaceAll("\\s+\\*\\s+", " ");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(ProjectRoot.find().resolve("src/main/java"))) {
            return all.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
