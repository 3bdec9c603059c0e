package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.soliton.app.FakeEnvironment;
import dev.soliton.orchestration.OrchestratorDescription;
import dev.soliton.orchestration.Registry;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ExamplesTest {

    @Test
    void namesTheExamplesAndBuildsNoClientForIt() {
        Registry registry = withoutStorage();

        assertThat(registry.orchestrators())
                .containsExactly(
                        "ChargePayment",
                        "Counter",
                        "HelloCities",
                        "ImportCatalog",
                        "OrderSaga",
                        "ParallelThumbnails",
                        "ReserveStock",
                        "WatchUrl");
        assertThat(registry.activities()).contains("SayHello", "FetchUrl", "TakeStock", "MakeThumbnail");
        assertThat(List.of("SayHello", "FetchUrl", "TakeStock", "MakeThumbnail"))
                .allMatch(name -> registry.newActivity(name).isPresent());
    }

    @Test
    void saysOfEachExampleWhatItDoesWithAnInputThatItTakes() throws Exception {
        Registry registry = withoutStorage();
        Map<String, Class<? extends Record>> inputs = Map.of(
                "ImportCatalog", ImportRequest.class,
                "OrderSaga", OrderRequest.class,
                "ParallelThumbnails", ThumbnailRequest.class,
                "WatchUrl", WatchRequest.class);
        for (String name : registry.orchestrators()) {
            Optional<OrchestratorDescription> description = registry.description(name);
            assertThat(description.isPresent()).as(name).isNotEqualTo(registry.isInternal(name));
            if (description.isPresent()) {
                JsonNode example = new ObjectMapper()
                        .readTree(Objects.requireNonNull(description.get().exampleInput()));
                JsonNode schema = new ObjectMapper()
                        .readTree(Objects.requireNonNull(description.get().inputSchema()));
                List<String> components = Stream.of(
                                inputs.getOrDefault(name, NoInput.class).getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList();
                assertThat(names(schema.path("properties"))).as(name).isSubsetOf(components);
                assertThat(names(example)).as(name).isSubsetOf(components);
                schema.path("required").forEach(needed -> assertThat(example.has(needed.asText()))
                        .as(name + " " + needed)
                        .isTrue());
            }
        }
    }

    private record NoInput() {}

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The examples' registry, for what needs no storage: to ask for a client fails. */
    static Registry withoutStorage() {
        Registry registry = new Registry();
        new Examples().register(registry, FakeEnvironment.EMPTY);
        return registry;
    }
}
