package dev.soliton.porting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.microsoft.azure.functions.HttpRequestMessage;
import dev.soliton.app.FakeEnvironment;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.ClientFixture;
import dev.soliton.client.StartOutcome;
import dev.soliton.local.ProjectRoot;
import dev.soliton.orchestration.Registry;
import dev.soliton.testkit.TestHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the sample of docs/porting.md runs after the port, and is what the page shows. */
final class PortingPageTest {
    private static final String SOURCES = "src/test/java/dev/soliton/porting";

    /** Where a class begins: the page leaves out its package and its imports. */
    private static final Pattern TYPE = Pattern.compile("^(public )?final class ", Pattern.MULTILINE);

    private static Registry registry() {
        Registry registry = new Registry();
        new Expenses().register(registry, FakeEnvironment.EMPTY);
        return registry;
    }

    @ParameterizedTest
    @CsvSource({"true, paid 4200", "false, refused"})
    void expenseIsPaidIfTheManagerSaysSo(boolean approved, String outcome) {
        try (TestHub hub = new TestHub(registry())) {
            hub.start("ApproveExpense", "e-1", 4_200);
            hub.settle();
            hub.raise("e-1", "approval", approved);
            hub.settle();
            assertThat(hub.output("e-1", String.class)).isEqualTo(outcome);
        }
    }

    @Test
    void expenseThatNobodyAnswersExpiresAfterThreeDays() {
        try (TestHub hub = new TestHub(registry())) {
            hub.start("ApproveExpense", "e-1", 4_200);
            hub.settle();
            hub.advance(Duration.ofDays(3));
            assertThat(hub.output("e-1", String.class)).isEqualTo("expired");
            assertThat(hub.called()).containsExactly("AskManager");
        }
    }

    /** The function does what the sample of Durable Functions wants to do: an expense is submitted once. */
    @Test
    void secondSubmissionOfAnExpenseIsRefused() {
        ClientFixture hub = new ClientFixture();
        new Expenses().register(hub.registry, FakeEnvironment.EMPTY);
        InstanceResponses responses = mock();
        HttpRequestMessage<Optional<String>> request = mock();
        when(request.getBody()).thenReturn(Optional.of("4200"));
        ExpenseFunctions functions = new ExpenseFunctions(hub.client(), responses);
        functions.submit(request, "e-1");
        verify(responses).createStartResponse(any(), any(StartOutcome.Started.class));
        functions.submit(request, "e-1");
        verify(responses).createStartResponse(any(), any(StartOutcome.Rejected.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ApproveExpense", "Expenses", "ExpenseFunctions"})
    void pageShowsTheClassThatRuns(String name) throws IOException {
        Path root = ProjectRoot.find();
        String source = Files.readString(root.resolve(SOURCES).resolve(name + ".java"));
        Matcher type = TYPE.matcher(source);
        assertThat(type.find()).isTrue();
        assertThat(Files.readString(root.resolve("docs/porting.md")))
                .contains("```java\n" + source.substring(type.start()) + "```");
    }
}
