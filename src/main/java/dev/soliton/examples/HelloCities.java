package dev.soliton.examples;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.TypeReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The smallest example: greets each name of a JSON array, one activity after another, and returns the greetings. Without
 * an input it greets three cities; an empty array gives an empty array.
 */
final class HelloCities implements Orchestrator {
    static final String NAME = "HelloCities";

    private static final List<String> CITIES = List.of("Tokyo", "Seattle", "London");

    @Override
    public List<String> run(OrchestrationContext context) {
        // JSON may hold a null where a name should be.
        List<@Nullable String> names = context.getInput(new TypeReference<List<@Nullable String>>() {});
        List<String> greetings = new ArrayList<>();
        for (String name : names == null ? CITIES : names) {
            if (name == null) {
                throw new IllegalArgumentException(
                        "The input is an array of names, but entry " + greetings.size() + " is null.");
            }
            greetings.add(
                    context.callActivity(SayHello.NAME, name, String.class).await());
        }
        return greetings;
    }
}
