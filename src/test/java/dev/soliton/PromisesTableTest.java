package dev.soliton;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.local.ProjectRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the page about the design says for each promise of the README which method keeps it and which test shows it, by their names. */
final class PromisesTableTest {
    private static final Path PROJECT = ProjectRoot.find();
    private static final List<String> PROMISES = List.of("P1", "P2", "P3", "P4", "P5", "P6", "P7");
    private static final Pattern HEADING = Pattern.compile("### (P\\d) .+");
    private static final Pattern NAME = Pattern.compile("`([^`]*)`");

    private static NamedCode code;

    @BeforeAll
    static void readClasses() {
        code = new NamedCode();
    }

    /** What is wrong with a row; empty if nothing is. */
    private static List<String> flawsOf(String row) {
        String[] cells = row.split("\\|", -1);
        if (cells.length != 5 || cells[1].isBlank()) {
            return List.of("not an invariant, what keeps it and what shows it: " + row);
        }
        List<String> keepers = names(cells[2]);
        List<String> shown = names(cells[3]);
        List<String> flaws = new ArrayList<>();
        if (keepers.isEmpty() || shown.isEmpty()) {
            flaws.add("nothing keeps it, or nothing shows it: " + row);
        }
        for (String name : keepers) {
            String[] parts = name.split("\\.", -1);
            if (parts.length != 2 || !code.hasMember(parts[0], parts[1])) {
                flaws.add("no class has that method: " + name);
            }
        }
        for (String name : shown) {
            String[] parts = name.split("\\.", 2);
            if (!code.hasTest(parts[0], parts.length == 1 ? "" : parts[1])) {
                flaws.add("no test: " + name);
            }
        }
        return flaws;
    }

    private static List<String> names(String cell) {
        return NAME.matcher(cell).results().map(match -> match.group(1)).toList();
    }

    /** The rows of each promise, by its number. */
    private static Map<String, List<String>> rows() throws IOException {
        String page = Files.readString(PROJECT.resolve("docs/design.md"));
        int from = page.indexOf("\n## Promises\n") + 1;
        Map<String, List<String>> rows = new LinkedHashMap<>();
        String promise = "";
        for (String line :
                page.substring(from, page.indexOf("\n## ", from)).lines().toList()) {
            MatchResult heading = HEADING.matcher(line).results().findFirst().orElse(null);
            if (heading != null) {
                promise = heading.group(1);
            } else if (line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| Invariant |")) {
                rows.computeIfAbsent(promise, first -> new ArrayList<>()).add(line);
            }
        }
        return rows;
    }

    @Test
    void eachRowNamesMethodsAndTestsThatThereAre() throws IOException {
        assertThat(rows().values().stream().flatMap(List::stream).flatMap(row -> flawsOf(row).stream()))
                .isEmpty();
    }

    @Test
    void eachPromiseOfTheReadmeHasRows() throws IOException {
        String readme = Files.readString(PROJECT.resolve("README.md"));

        assertThat(rows().keySet()).containsExactlyElementsOf(PROMISES);
        assertThat(Pattern.compile("(?m)^\\| (P\\d) \\|").matcher(readme).results())
                .extracting(match -> match.group(1))
                .containsExactlyElementsOf(PROMISES);
    }

    @ParameterizedTest
    @CsvSource({
        "`Decision.of`; `DecisionTest`, true",
        "`InboxEntry.ORDER`; `SignalsTest.eventsOfOneSenderKeepTheirOrder`, true",
        "`TurnScope.close`; `InstanceStoreContract.showsInboxRowsInTheOrderOfArrival`, true",
        "'`Decision.of`, `Sweeper.sweep`; `SweepMarkContract`', true",
        "`Decision`; `DecisionTest`, false",
        "`Decision.decide`; `DecisionTest`, false",
        "`Judgement.of`; `DecisionTest`, false",
        "`DecisionTest.pendingExecutionIsClaimed`; `DecisionTest`, false",
        "`Decision.of`; `JudgementTest`, false",
        "`Decision.of`; `DecisionTest.ofNothing`, false",
        "`Decision.of`; `DecisionTest.nextDue`, false",
        "`Decision.of`; `Scenario`, false",
        "`Decision.of`; nothing, false",
        "nothing; `DecisionTest`, false",
        "`Decision.of`, false",
    })
    void aRowThatNamesSomethingElseIsSeen(String keptAndShown, boolean right) {
        String row = "| Something holds | " + keptAndShown.replace("; ", " | ") + " |";
        assertThat(flawsOf(row).isEmpty()).isEqualTo(right);
    }
}
