package dev.soliton.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What becomes of the calls of activities in a hub: fakes, injected failures, and a list of what was called. */
final class HubActivities {
    private final Map<String, Activity> fakes = new HashMap<>();
    private final Map<String, Deque<Exception>> failures = new HashMap<>();
    private final Set<String> twice = new HashSet<>();
    private final List<ActivityCalled> calls = new ArrayList<>();
    private final Function<String, @Nullable String> customStatus;

    /**
     * Knows no fakes yet.
     *
     * @param customStatus what an instance shows, given its ID
     */
    HubActivities(Function<String, @Nullable String> customStatus) {
        this.customStatus = customStatus;
    }

    /** The activity as the engine calls it. */
    Activity of(String name, Supplier<Activity> real) {
        return context -> {
            if (twice.contains(name)) {
                run(name, real, context);
            }
            return run(name, real, context);
        };
    }

    private @Nullable Object run(String name, Supplier<Activity> real, ActivityContext context) throws Exception {
        JsonNode input = context.getInput(JsonNode.class);
        calls.add(new ActivityCalled(
                name,
                context.getInstanceId(),
                context.getTaskId(),
                input == null ? null : input.toString(),
                customStatus.apply(context.getInstanceId())));
        Deque<Exception> planned = failures.get(name);
        Exception failure = planned == null ? null : planned.poll();
        if (failure != null) {
            throw failure;
        }
        Activity fake = fakes.get(name);
        return (fake == null ? real.get() : fake).run(context);
    }

    void fake(String name, Activity fake) {
        fakes.put(name, fake);
    }

    void failNext(String name, int calls, Exception failure) {
        failures.computeIfAbsent(name, any -> new ArrayDeque<>()).addAll(Collections.nCopies(calls, failure));
    }

    void runTwice(String name) {
        twice.add(name);
    }

    List<ActivityCalled> calls() {
        return List.copyOf(calls);
    }
}
