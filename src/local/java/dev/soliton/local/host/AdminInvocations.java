package dev.soliton.local.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.soliton.local.http.HttpReply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** Runs of functions asked for by {@code POST /admin/functions/{name}}: timers and queue functions, without a wait. */
final class AdminInvocations {

    private final List<LoadedFunction> functions;
    private final Invoker invoker;
    private final InFlight inFlight;
    private final Executor threads;

    AdminInvocations(List<LoadedFunction> functions, Invoker invoker, InFlight inFlight, Executor threads) {
        this.functions = List.copyOf(functions);
        this.invoker = invoker;
        this.inFlight = inFlight;
        this.threads = threads;
    }

    /** All functions, as JSON. */
    String list() {
        return functions.stream()
                .map(function -> "{\"name\":\"" + function.definition().name() + "\",\"type\":\""
                        + function.definition().trigger().type() + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    boolean knows(String name) {
        return find(name).isPresent();
    }

    private Optional<LoadedFunction> find(String name) {
        return functions.stream()
                .filter(function -> function.definition().name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Starts the function of that name, and does not wait for its end. */
    HttpReply start(String name, String body) {
        Optional<LoadedFunction> found = find(name);
        if (found.isEmpty()) {
            return HttpReply.empty(404);
        }
        String input;
        try {
            JsonNode given = new ObjectMapper().readTree(body).path("input");
            input = given.isContainerNode() ? given.toString() : given.asText();
        } catch (JsonProcessingException e) {
            return HttpReply.empty(400);
        }
        Trigger trigger = found.get().definition().trigger();
        if (trigger instanceof Trigger.Http) {
            return HttpReply.of(
                    400, "text/plain; charset=utf-8", "The local host starts only timer and queue functions this way.");
        }
        Inputs inputs = trigger instanceof Trigger.Timer
                ? new Inputs(TimerPayload.manual(), Map.of())
                : new Inputs(input, new Metadata().putProperties(input).toMap());
        inFlight.enter();
        threads.execute(() -> {
            try {
                invoker.invoke(found.get(), "This function was programmatically called via the host APIs.", inputs);
            } finally {
                inFlight.exit();
            }
        });
        return HttpReply.empty(202);
    }
}
