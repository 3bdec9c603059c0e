package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.ClientFixture;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.orchestration.DataConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnFunctionsTest {
    private final AppObjects objects = GraphBuilder.of(new ClientFixture()).build();
    private final FunctionFactory functions = new FunctionFactory(() -> objects);

    /** A class of functions as an app may have it. */
    public static final class Plain {
        public Plain() {}
    }

    /** One that starts instances. */
    public static final class Starting {
        private final OrchestrationClient client;
        private final AppEnvironment environment;

        public Starting(AppEnvironment environment, OrchestrationClient client) {
            this.environment = environment;
            this.client = client;
        }
    }

    /** One that answers callers. */
    public static final class Answering {
        private final InstanceResponses responses;
        private final DataConverter values;

        public Answering(InstanceResponses responses, DataConverter values) {
            this.responses = responses;
            this.values = values;
        }
    }

    /** One that asks for what nobody has. */
    public static final class Asking {
        public Asking(String name) {}
    }

    /** One of which nobody can say how it is made. */
    public static final class Ambiguous {
        public Ambiguous() {}

        public Ambiguous(OrchestrationClient client) {}
    }

    /** One that cannot be made outside. */
    public static final class Hidden {
        private Hidden() {}
    }

    /** One that fails. */
    public static final class Failing {
        public Failing() {
            throw new IllegalArgumentException("no printer");
        }
    }

    @Test
    void classWithoutParametersIsMade() {
        assertThat(functions.getInstance(Plain.class)).isNotSameAs(functions.getInstance(Plain.class));
    }

    @Test
    void constructorGetsTheObjectsOfTheApp() {
        Starting made = functions.getInstance(Starting.class);
        assertThat(made.client).isSameAs(objects.client());
        assertThat(made.environment).isSameAs(objects.apps());
    }

    @Test
    void constructorGetsWhatAnswersCallers() {
        Answering made = functions.getInstance(Answering.class);
        assertThat(made.responses.createCheckStatusResponse(new FakeRequest("http://host/api/a", null), "a"))
                .isNotNull();
        assertThat(made.values).isSameAs(objects.values());
    }

    /** So an injector of the app's own knows what to hand over. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                StartFunctions.class,
                EngineFunctions.class,
                OrchestrationClient.class,
                AppEnvironment.class,
                InstanceResponses.class,
                DataConverter.class
            })
    void injectorIsToldWhatIsOfSolitonAndGetsIt(Class<?> type) {
        assertThat(functions.isOfSoliton(type)).isTrue();
        assertThat(functions.getInstance(type)).isInstanceOf(type);
        assertThat(functions.isOfSoliton(Plain.class)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(classes = {Asking.class, Ambiguous.class, Hidden.class})
    void classThatCannotBeMadeIsRefusedWithWhatItNeeds(Class<?> type) {
        assertThatIllegalStateException()
                .isThrownBy(() -> functions.getInstance(type))
                .withMessageContainingAll(type.getName(), OrchestrationClient.class.getName());
    }

    @Test
    void constructorThatFailsIsNamedWithItsReason() {
        assertThatIllegalStateException()
                .isThrownBy(() -> functions.getInstance(Failing.class))
                .withMessageContainingAll(Failing.class.getName(), "no printer")
                .withCauseInstanceOf(IllegalArgumentException.class);
    }
}
