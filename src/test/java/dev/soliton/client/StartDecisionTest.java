package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.QueuedStarts.Holder;
import dev.soliton.local.ProjectRoot;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** That the decision about a start is the one of the tables in docs/start-policies.md. */
final class StartDecisionTest {
    /** The decision for the words of a cell. A cell begins with its words. */
    private static final Map<String, String> WORDS = Map.of(
            "409", "Refuse",
            "replaced, 202 `started`", "Replace",
            "202 `attached`", "Attach",
            "202 `queued`", "QueueAfter, false",
            "202 `replaced`", "QueueAfter, true");

    /** A cell of a table: with this policy and this status of the holder, the page says this. */
    private record Cell(StartOptions options, RuntimeStatus status, String said) {
        @Override
        public String toString() {
            return options.reuse() + ", " + options.conflict() + ", " + status + ": " + said;
        }
    }

    private static List<String> page() {
        try {
            return Files.readAllLines(ProjectRoot.find().resolve("docs/start-policies.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The rows of the table with that heading, each as its cells. */
    private static List<String[]> table(String heading) {
        List<String> lines = page();
        int header = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("| `" + heading + "` |"))
                .findFirst()
                .orElseThrow());
        return lines.subList(header + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1).split("\\|"))
                .toList();
    }

    private static <E extends Enum<E>> E policy(Class<E> type, String cell) {
        String name = cell.trim().replaceFirst("^`(\\w+)`.*", "$1");
        return Arrays.stream(type.getEnumConstants())
                .filter(policy -> policy.name().replace("_", "").equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No policy: " + cell));
    }

    static Stream<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (String[] row : table("idReusePolicy")) {
            StartOptions options = StartOptions.DEFAULT.withReuse(policy(ReusePolicy.class, row[0]));
            cells.add(new Cell(options, RuntimeStatus.COMPLETED, row[1].trim()));
            cells.add(new Cell(options, RuntimeStatus.FAILED, row[2].trim()));
            cells.add(new Cell(options, RuntimeStatus.TERMINATED, row[2].trim()));
        }
        for (String[] row : table("idConflictPolicy")) {
            StartOptions options = StartOptions.DEFAULT.withConflict(policy(ConflictPolicy.class, row[0]));
            Arrays.stream(RuntimeStatus.values())
                    .filter(status -> !status.isTerminal())
                    .forEach(status -> cells.add(new Cell(options, status, row[1].trim())));
        }
        return cells.stream();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void startIsDecidedAsThePageSays(Cell cell) {
        String meant = WORDS.entrySet().stream()
                .filter(words -> cell.said().startsWith(words.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("Unknown words: " + cell.said()));
        assertThat(decided(holder(cell.status(), null, null), cell.options())).isEqualTo(meant);
    }

    @Test
    void pageHasEachPolicyAndMarksTheDefaults() {
        assertThat(table("idReusePolicy")).hasSameSizeAs(ReusePolicy.values());
        assertThat(table("idConflictPolicy")).hasSameSizeAs(ConflictPolicy.values());
        assertThat(table("idReusePolicy").get(0)[0]).contains("rejectDuplicate", "the default");
        assertThat(table("idConflictPolicy").get(0)[0]).contains("fail", "the default");
        assertThat(StartOptions.DEFAULT.conflict()).isEqualTo(ConflictPolicy.FAIL);
        assertThat(StartOptions.DEFAULT.conflict().impliedReuse()).isEqualTo(ReusePolicy.REJECT_DUPLICATE);
    }

    @Test
    void freeIdIsTakenWhateverThePolicies() {
        for (ConflictPolicy conflict : ConflictPolicy.values()) {
            for (ReusePolicy reuse : ReusePolicy.values()) {
                StartOptions options = StartOptions.DEFAULT.withReuse(reuse).withConflict(conflict);
                assertThat(decided(null, options)).isEqualTo("Insert");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void startThatMayRunAfterAnotherReplacesAFinishedOneUnlessItSaysOtherwise(ConflictPolicy conflict) {
        StartOptions options = StartOptions.DEFAULT.withConflict(conflict);
        Holder completed = holder(RuntimeStatus.COMPLETED, null, null);
        assertThat(decided(completed, options)).isEqualTo(conflict.queues() ? "Replace" : "Refuse");
        assertThat(decided(completed, options.withReuse(ReusePolicy.REJECT_DUPLICATE)))
                .isEqualTo("Refuse");
    }

    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void endedHolderIsReplacedOnlyOnceItIsReleased(ConflictPolicy conflict) {
        StartOptions options =
                StartOptions.DEFAULT.withConflict(conflict).withReuse(ReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY);
        assertThat(decided(holder(RuntimeStatus.FAILED, "w", null), options)).isEqualTo("AwaitRelease");
        assertThat(decided(holder(RuntimeStatus.COMPLETED, "w", null), options)).isEqualTo("Refuse");
    }

    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void endedHolderThatAQueuedRunFollowsIsAsTakenAsALiveOne(ConflictPolicy conflict) {
        QueuedRun run = new QueuedRun("Job", null, null, ClientFixture.START, "ask");
        Holder followed = holder(RuntimeStatus.COMPLETED, "w", run);
        for (ReusePolicy reuse : ReusePolicy.values()) {
            StartOptions options = StartOptions.DEFAULT.withConflict(conflict).withReuse(reuse);
            assertThat(decided(followed, options))
                    .isEqualTo(conflict == ConflictPolicy.FAIL ? "Refuse" : "AwaitRelease");
        }
    }

    @ParameterizedTest
    @EnumSource(ConflictPolicy.class)
    void startThatRaisesAnEventIsForALiveHolderWhateverThePolicyForConflicts(ConflictPolicy conflict) {
        StartOptions options = StartOptions.DEFAULT.withConflict(conflict).withReuse(ReusePolicy.ALLOW_DUPLICATE);
        assertThat(raising(null, options)).isEqualTo("Insert");
        assertThat(raising(holder(RuntimeStatus.RUNNING, "w", null), options)).isEqualTo("Attach");
        assertThat(raising(holder(RuntimeStatus.COMPLETED, null, null), options))
                .isEqualTo("Replace");
        assertThat(raising(holder(RuntimeStatus.COMPLETED, "w", null), options)).isEqualTo("AwaitRelease");
        assertThat(raising(
                        holder(RuntimeStatus.COMPLETED, null, null), options.withReuse(ReusePolicy.REJECT_DUPLICATE)))
                .isEqualTo("Refuse");
    }

    private static String decided(@Nullable Holder holder, StartOptions options) {
        return StartDecision.of(holder, options).match(new Names());
    }

    private static String raising(@Nullable Holder holder, StartOptions options) {
        return StartDecision.ofRaising(holder, options).match(new Names());
    }

    private static Holder holder(RuntimeStatus status, @Nullable String owner, @Nullable QueuedRun further) {
        InstanceRow row =
                InstanceRow.pending(new ExecutionKey("x", "e1", 0), "Job", null, null, ClientFixture.START, "c");
        InstanceRow changed = row.changed(
                        status,
                        owner == null ? row.ownership() : row.ownership().claimedBy(owner, "n", ClientFixture.START),
                        row.values(),
                        ClientFixture.START,
                        "d")
                .followedBy(further);
        return new Holder(new Versioned<>(changed, "etag"), further);
    }

    /** The decision by its name. */
    private static final class Names implements StartDecision.Cases<String> {
        @Override
        public String insert() {
            return "Insert";
        }

        @Override
        public String refuse(InstanceRow holder) {
            return "Refuse";
        }

        @Override
        public String awaitRelease(InstanceRow holder) {
            return "AwaitRelease";
        }

        @Override
        public String replace(Versioned<InstanceRow> holder) {
            return "Replace";
        }

        @Override
        public String queueAfter(Holder holder, boolean terminates) {
            return "QueueAfter, " + terminates;
        }

        @Override
        public String attach(InstanceRow holder) {
            return "Attach";
        }
    }
}
