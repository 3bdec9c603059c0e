package dev.soliton.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;

import com.azure.core.credential.TokenCredential;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OrchestrationClientBuilderTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    private static final TokenCredential CREDENTIAL = mock();

    private static OrchestrationClientBuilder builder() {
        return new OrchestrationClientBuilder("orders");
    }

    static List<UnaryOperator<OrchestrationClientBuilder>> ways() {
        return List.of(
                builder -> builder.connectionString("UseDevelopmentStorage=true"),
                builder -> builder.accountName("acct").credential(CREDENTIAL),
                builder -> builder.endpoints("https://t.example", "https://q.example", "https://b.example")
                        .credential(CREDENTIAL));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void clientIsBuiltWithoutARequest(UnaryOperator<OrchestrationClientBuilder> way) {
        assertThat(way.apply(builder()).buildClient().startable()).isEmpty();
    }

    static List<UnaryOperator<OrchestrationClientBuilder>> incomplete() {
        return List.of(
                builder -> builder,
                builder -> builder.accountName("acct"),
                builder -> builder.credential(CREDENTIAL),
                builder ->
                        builder.connectionString("UseDevelopmentStorage=true").credential(CREDENTIAL),
                builder ->
                        builder.connectionString("UseDevelopmentStorage=true").accountName("acct"),
                builder -> builder.accountName("a b").credential(CREDENTIAL));
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void accountThatIsNotGivenInOneWayIsRefused(UnaryOperator<OrchestrationClientBuilder> way) {
        OrchestrationClientBuilder builder = way.apply(builder());
        assertThatIllegalStateException().isThrownBy(builder::buildClient);
    }

    @Test
    void keyIsNotShown() {
        OrchestrationClientBuilder builder =
                builder().connectionString("AccountName=a;AccountKey=" + KEY + "!;BlobEndpoint=:");
        assertThatIllegalStateException()
                .isThrownBy(builder::buildClient)
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain(KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "1abc", "Orders", "or-ders"})
    void hubThatCannotBeOneIsRefused(String hub) {
        assertThatIllegalArgumentException().isThrownBy(() -> new OrchestrationClientBuilder(hub));
    }

    @Test
    void orchestratorNeedsAName() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder()
                .connectionString("UseDevelopmentStorage=true")
                .buildClient()
                .start(new dev.soliton.client.StartRequest(" ", "a", null)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxPayload(0));
    }
}
