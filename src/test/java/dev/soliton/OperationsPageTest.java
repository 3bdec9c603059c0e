package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.ProjectRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the page for operators names what the code writes into the log and reads of settings, and nothing else. */
final class OperationsPageTest {
    private static final Path PROJECT = ProjectRoot.find();
    private static final Pattern EVENT = Pattern.compile(
            "(?:\\.info|\\.warning|\\.line|write)\\((?:\\s*|tombstone, )\"([^\":]+)\"\\s*,|String [A-Z]+ = \"([a-z]+ed)\";"
                    + "|apply\\(request, \"(\\w+)\"|responses, \"(\\w+)\", \"event\"");
    private static final Pattern REASON =
            Pattern.compile("(?:new (?:Drop|Requeue)\\(\\s*|\"dropped\", [^;]*\"why\", |UNDER_WAY = )\"([^\"]+)\"");
    private static final Pattern SETTING = Pattern.compile("\"(SOLITON_[A-Z_]+|WATCH_[A-Z_]+)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]+`) \\| (?:info|warning)");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private static String page(String name) throws IOException {
        return Files.readString(PROJECT.resolve("docs").resolve(name));
    }

    /** What a pattern finds in the sources of some packages, in whichever of its groups. */
    private static Set<String> inSources(Pattern pattern, String... packages) throws IOException {
        Set<String> found = new TreeSet<>();
        for (String name : packages) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve("src/main/java/dev/soliton/" + name))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .flatMap(file -> pattern.matcher(read(file)).results())
                        .forEach(match -> {
                            for (int group = 1; group <= match.groupCount(); group++) {
                                if (match.group(group) != null) {
                                    found.add(match.group(group));
                                }
                            }
                        });
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tableOfTheLogHasTheEventsThatAreWritten() throws IOException {
        Set<String> described = ROW.matcher(page("operations.md"))
                .results()
                .flatMap(row -> NAME.matcher(row.group(1)).results())
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> written = inSources(EVENT, "engine", "functions", "client/StartOutcome.java", "store/Receipt.java");
        assertThat(described).isEqualTo(written);
    }

    @Test
    void reasonOfEachDecisionAboutAMessageIsExplained() throws IOException {
        Set<String> explained = NAME.matcher(
                        page("operations.md").replaceAll("(?s)```.*?```", "").replaceAll("\\s+", " "))
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toSet());
        assertThat(inSources(REASON, "engine/turn"))
                .hasSizeGreaterThan(8)
                .allSatisfy(reason -> assertThat(explained).as(reason).anyMatch(text -> isOf(text, reason.trim())));
    }

    /** Whether a text of the page is that reason; "…" stands for what differs. */
    private static boolean isOf(String text, String reason) {
        return text.equals(reason)
                || text.startsWith(reason + " …")
                || (text.startsWith("…") && reason.endsWith(text.substring(1)));
    }

    @Test
    void everySettingIsOnAPage() throws IOException {
        String pages = page("operations.md") + page("security.md");
        assertThat(inSources(SETTING, "functions", "examples"))
                .hasSizeGreaterThan(8)
                .allSatisfy(setting -> assertThat(pages).contains("`" + setting));
    }
}
